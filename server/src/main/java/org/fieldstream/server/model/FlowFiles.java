package org.fieldstream.server.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.TreeMap;
import org.fieldstream.server.generator.BurnIn;
import org.fieldstream.server.generator.Digest;
import org.fieldstream.server.generator.flow.Flow;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.generator.flow.FlowShape;
import org.fieldstream.server.generator.flow.FlowTheory;
import org.fieldstream.server.generator.flow.SteppedShape;
import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;

/** Model directories of flows: {@code model.json} and {@code weights.safetensors}. */
public final class FlowFiles {
  /** Name of the description. */
  public static final String DESCRIPTION = "model.json";

  /** Name of the weights. */
  public static final String WEIGHTS = "weights.safetensors";

  /** An ODE's log q counts as exact while its RMS change under step doubling stays below this. */
  public static final double INTEGRATION_BOUND = 1e-3;

  /** Raised whenever the same weights draw other numbers. */
  private static final String DRAWS = " 2|";

  private FlowFiles() {}

  /** The description as JSON text. */
  public static String text(ModelDescription description) {
    return DescriptionFile.write(description);
  }

  /** Reads a model directory. */
  public static FlowModel read(Path directory) {
    try {
      return read(
          directory.toString(),
          Files.readAllBytes(directory.resolve(DESCRIPTION)),
          Files.readAllBytes(directory.resolve(WEIGHTS)));
    } catch (IOException e) {
      throw new ModelFileException(
          directory
              + ": "
              + e.getMessage()
              + " (expected: a directory with "
              + DESCRIPTION
              + " and "
              + WEIGHTS
              + ")",
          e);
    }
  }

  /**
   * A model from the contents of its two files.
   *
   * @param place where they came from, for messages
   * @throws ModelFileException naming the place and what is wrong
   */
  public static FlowModel read(String place, byte[] descriptionBytes, byte[] weightBytes) {
    try {
      ModelDescription d = DescriptionFile.read(descriptionBytes);
      Target target = new Target(d.target().theory(), d.target().extents(), d.target().couplings());
      FlowShape shape = Architecture.shape(d.architecture());
      if (!shape.generator().equals(d.generator())) {
        throw new ModelFileException(
            DESCRIPTION
                + ": generator: "
                + d.generator()
                + " (expected: "
                + shape.generator()
                + ", the generator of form "
                + shape.form()
                + ")");
      }
      Flow flow = shape.on(FlowTheory.of(target));
      double[] theta = WeightFile.read(flow.tensors(), weightBytes);
      int burnIn = burnIn(d.quality());
      return new FlowModel(
          d.id(),
          shape,
          target,
          theta,
          digest(shape, target, WeightFile.of(flow, theta), burnIn),
          ModelFacts.of(d, theta.length, burnIn),
          exact(d, shape, flow, theta),
          burnIn);
    } catch (ArithmeticException e) {
      throw new ModelFileException(
          place
              + ": architecture: sizes overflow (expected: fewer layers, channels, sines and"
              + " gates)",
          e);
    } catch (ModelFileException | IllegalArgumentException e) {
      throw new ModelFileException(place + ": " + e.getMessage(), e);
    }
  }

  /** The measured burn-in, or that of the ESS. */
  static int burnIn(ModelDescription.@Nullable Quality quality) {
    Integer measured = quality == null ? null : quality.burnIn();
    return measured != null ? measured : BurnIn.draws(quality == null ? Double.NaN : quality.ess());
  }

  private static boolean exact(ModelDescription d, FlowShape shape, Flow flow, double[] theta) {
    ModelDescription.Quality quality = d.quality();
    if (!flow.invertible(theta)) {
      return false;
    }
    if (!(shape instanceof SteppedShape)) {
      return true;
    }
    Double error = quality == null ? null : quality.integrationError();
    return error != null && error >= 0 && error < INTEGRATION_BOUND;
  }

  /**
   * SHA-256 over architecture, target and weights, which decide the draws, and over the burn-in,
   * which decides where a Metropolis chain on them starts.
   */
  private static String digest(FlowShape shape, Target target, byte[] weights, int burnIn) {
    String text =
        shape.generator()
            + DRAWS
            + new TreeMap<>(Architecture.of(shape))
            + "|"
            + target.theory()
            + "|"
            + target.extents()
            + "|"
            + new TreeMap<>(target.couplings())
            + "|"
            + HexFormat.of().formatHex(weights)
            + (burnIn == BurnIn.LEAST ? "" : "|burn-in " + burnIn);
    return Digest.sha256(text);
  }
}
