package org.fieldstream.server.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.fieldstream.server.generator.BurnIn;
import org.fieldstream.server.generator.Digest;
import org.fieldstream.server.generator.diffusion.Phase;
import org.fieldstream.server.generator.diffusion.ScoreShape;
import org.fieldstream.server.generator.flow.AffineShape;
import org.fieldstream.server.generator.flow.Flow;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.generator.flow.FlowShape;
import org.fieldstream.server.generator.flow.FlowTheory;
import org.fieldstream.server.generator.flow.OdeShape;
import org.fieldstream.server.generator.flow.PlaquetteShape;
import org.fieldstream.server.generator.flow.SplitShape;
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

  private FlowFiles() {}

  /** The description as JSON text. */
  public static String text(ModelDescription description) {
    return DescriptionFile.write(description);
  }

  /**
   * Notes in a model directory's description what a certification found, in place of the one before
   * of that exactness.
   *
   * @throws ModelFileException if the description cannot be read or written
   */
  public static void certify(
      Path directory, String exactness, ModelDescription.Certified certified) {
    rewrite(directory, d -> d.with(exactness, certified));
  }

  /**
   * Notes in a model directory's description what was measured anew.
   *
   * @throws ModelFileException if the description cannot be read or written
   */
  public static void measured(Path directory, ModelDescription.Quality quality) {
    rewrite(directory, d -> d.with(quality));
  }

  /**
   * Notes facts in a model directory's description, in place of those before.
   *
   * @throws ModelFileException if the description cannot be read or written
   */
  public static void addFacts(Path directory, Map<String, String> facts) {
    rewrite(directory, d -> d.noting(facts));
  }

  /**
   * Notes facts in a model directory's description beside those before.
   *
   * @throws ModelFileException if the description cannot be read or written
   */
  public static void note(Path directory, Map<String, String> facts) {
    rewrite(
        directory,
        d -> {
          Map<String, String> all = new TreeMap<>(facts);
          Map<String, String> before = d.facts();
          if (before != null) {
            before.forEach(all::putIfAbsent);
          }
          return d.noting(all);
        });
  }

  private static void rewrite(Path directory, UnaryOperator<ModelDescription> change) {
    Path file = directory.resolve(DESCRIPTION);
    try {
      ModelDescription d = change.apply(DescriptionFile.read(Files.readAllBytes(file)));
      Path partial = directory.resolve(DESCRIPTION + ".partial");
      Files.writeString(partial, text(d));
      Files.move(
          partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new ModelFileException(file + ": " + e.getMessage() + " (expected: writable)", e);
    }
  }

  /** theta as a weights file, in float32. */
  public static byte[] weights(Flow flow, double[] theta) {
    return weights(flow.tensors(), theta);
  }

  /** Values of given tensors as a weights file. */
  static byte[] weights(List<Flow.Tensor> tensors, double[] theta) {
    Map<String, Safetensors.Array> arrays = new LinkedHashMap<>();
    for (Flow.Tensor tensor : tensors) {
      double[] values = new double[tensor.size()];
      System.arraycopy(theta, tensor.offset(), values, 0, values.length);
      arrays.put(tensor.name(), new Safetensors.Array("F32", tensor.shape(), values));
    }
    return Safetensors.write(arrays, Map.of("format", ModelDescription.FORMAT));
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
      FlowShape shape = shape(d.architecture());
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
      double[] theta = theta(flow.tensors(), weightBytes);
      int burnIn = burnIn(d.quality());
      return new FlowModel(
          d.id(),
          shape,
          target,
          theta,
          digest(shape, target, weights(flow, theta), burnIn),
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

  private static Map<String, Safetensors.Array> arrays(byte[] bytes) {
    try {
      return Safetensors.read(bytes);
    } catch (ModelFileException e) {
      throw new ModelFileException(WEIGHTS + ": " + e.getMessage(), e);
    }
  }

  /** The values of given tensors in a weights file that has these and no others. */
  static double[] theta(List<Flow.Tensor> tensors, byte[] weightBytes) {
    Map<String, Safetensors.Array> arrays = arrays(weightBytes);
    int size = tensors.stream().mapToInt(Flow.Tensor::size).reduce(0, Math::addExact);
    double[] theta = new double[size];
    for (Flow.Tensor tensor : tensors) {
      Safetensors.Array array = arrays.get(tensor.name());
      if (array == null || !array.shape().equals(tensor.shape())) {
        throw new ModelFileException(
            WEIGHTS
                + ": "
                + tensor.name()
                + ": "
                + (array == null ? "missing" : array.shape().toString())
                + " (expected: shape "
                + tensor.shape()
                + ")");
      }
      if (!array.type().equals("F32")) { // other values than those of the digest
        throw new ModelFileException(
            WEIGHTS + ": " + tensor.name() + ": type " + array.type() + " (expected: F32)");
      }
      for (int i = 0; i < array.values().length; i++) {
        if (!Double.isFinite(array.values()[i])) {
          throw new ModelFileException(
              WEIGHTS
                  + ": "
                  + tensor.name()
                  + ": value "
                  + array.values()[i]
                  + " (expected: finite)");
        }
        theta[tensor.offset() + i] = array.values()[i];
      }
    }
    if (arrays.size() != tensors.size()) {
      throw new ModelFileException(
          WEIGHTS
              + ": tensors "
              + arrays.keySet()
              + " (expected: "
              + tensors.stream().map(Flow.Tensor::name).toList()
              + ")");
    }
    return theta;
  }

  /** Raised whenever the same weights draw other numbers. */
  private static final String DRAWS = " 2|";

  /**
   * SHA-256 over architecture, target and weights, which decide the draws, and over the burn-in,
   * which decides where a Metropolis chain on them starts.
   */
  private static String digest(FlowShape shape, Target target, byte[] weights, int burnIn) {
    String text =
        shape.generator()
            + DRAWS
            + new TreeMap<>(architecture(shape))
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

  /** A shape as the architecture of a model file. */
  public static Map<String, Object> architecture(FlowShape shape) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("form", shape.form());
    switch (shape.form()) {
      case "split" -> {
        SplitShape split = (SplitShape) shape;
        map.put("blocks", split.text());
        map.put("sines", split.sines());
        if (split.gates() > 0) {
          map.put("gates", split.gates());
        }
        if (split.overlap() > 0) {
          map.put("overlap", split.overlap());
        }
      }
      case "affine" -> {
        AffineShape affine = (AffineShape) shape;
        map.put("layers", affine.layers());
        map.put("hidden", affine.text());
        map.put("kernel", affine.kernel());
      }
      case "plaquette" -> {
        PlaquetteShape plaquette = (PlaquetteShape) shape;
        map.put("layers", plaquette.layers());
        map.put("waves", plaquette.waves());
        PlaquetteShape.Range range = plaquette.range();
        if (range.degree() > 0) {
          map.put("degree", range.degree());
          map.put("least_beta", range.least());
          map.put("most_beta", range.most());
        }
      }
      case "score" -> {
        ScoreShape score = (ScoreShape) shape;
        map.put("widths", score.text());
        map.put("sines", score.sines());
        map.put("modes", score.modes());
        map.put("steps", score.steps());
        if (score.phase() != Phase.SYMMETRIC) {
          map.put("phase", score.phase().text());
        }
      }
      default -> {
        OdeShape ode = (OdeShape) shape;
        map.put("radius", ode.radius());
        map.put("sines", ode.sines());
        map.put("modes", ode.modes());
        map.put("steps", ode.steps());
      }
    }
    return map;
  }

  private static FlowShape shape(Map<String, Object> architecture) {
    Object form = architecture.get("form");
    if ("split".equals(form)) {
      return SplitShape.parse(
          String.valueOf(architecture.get("blocks")),
          integer(architecture, "sines"),
          architecture.containsKey("gates") ? integer(architecture, "gates") : 0,
          architecture.containsKey("overlap") ? number(architecture, "overlap") : 0);
    }
    if ("ode".equals(form)) {
      return new OdeShape(
          integer(architecture, "radius"),
          integer(architecture, "sines"),
          integer(architecture, "modes"),
          integer(architecture, "steps"));
    }
    if ("affine".equals(form)) {
      return AffineShape.parse(
          integer(architecture, "layers"),
          String.valueOf(architecture.get("hidden")),
          integer(architecture, "kernel"));
    }
    if ("plaquette".equals(form)) {
      return new PlaquetteShape(
          integer(architecture, "layers"),
          integer(architecture, "waves"),
          architecture.containsKey("degree")
              ? new PlaquetteShape.Range(
                  integer(architecture, "degree"),
                  number(architecture, "least_beta"),
                  number(architecture, "most_beta"))
              : PlaquetteShape.Range.NONE);
    }
    if ("score".equals(form)) {
      return ScoreShape.parse(
          String.valueOf(architecture.get("widths")),
          integer(architecture, "sines"),
          integer(architecture, "modes"),
          integer(architecture, "steps"),
          architecture.containsKey("phase")
              ? Phase.parse(String.valueOf(architecture.get("phase")))
              : Phase.SYMMETRIC);
    }
    throw new ModelFileException(
        "architecture.form: " + form + " (expected: split, ode, affine, plaquette or score)");
  }

  private static double number(Map<String, Object> architecture, String key) {
    if (architecture.get(key) instanceof Number value) {
      return value.doubleValue();
    }
    throw new ModelFileException(
        "architecture." + key + ": " + architecture.get(key) + " (expected: a number)");
  }

  private static int integer(Map<String, Object> architecture, String key) {
    if (architecture.get(key) instanceof Integer value) {
      return value;
    }
    throw new ModelFileException(
        "architecture." + key + ": " + architecture.get(key) + " (expected: an integer)");
  }
}
