package org.fieldstream.server.training;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.Digest;
import org.fieldstream.server.generator.flow.AffineDensity;
import org.fieldstream.server.generator.flow.AffineFlow;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.generator.flow.FlowSampler;
import org.fieldstream.server.model.Architecture;
import org.fieldstream.server.model.CouplingWeights;
import org.fieldstream.server.model.FlowFiles;
import org.fieldstream.server.model.ModelDescription;
import org.fieldstream.server.model.ModelFileException;
import org.fieldstream.server.model.Safetensors;
import org.fieldstream.server.model.WeightFile;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.Target;

/**
 * Makes a model directory of coupling weights that were trained elsewhere, after the checks that
 * its exactness rests on: log q of its draws is computed twice, along the map and back through its
 * inverse; and the ESS is measured over whole samples.
 */
public final class ModelImport {
  /** Bound on the RMS difference of log q by the map and by its inverse, in nats. */
  public static final double INVERSE_BOUND = 1e-3;

  /** Draws behind {@link Result#inverseError}. */
  public static final int INVERSE_SAMPLES = 1024;

  private static final int CHUNK = 256;
  private static final long SEED = 0x1a907L;

  private final Target target;
  private final Machine machine;
  private final Consumer<String> progress;

  /**
   * An import for a target.
   *
   * @param progress is told what was found, a line at a time
   */
  public ModelImport(Target target, Machine machine, Consumer<String> progress) {
    this.target = target;
    this.machine = machine;
    this.progress = progress;
  }

  /**
   * Reads, checks, measures and writes.
   *
   * @param file a safetensors file with the tensors of {@link CouplingWeights}
   * @param id id of the model
   * @param command the command that does it, for the record
   * @param directory where the model goes; made
   * @return the model as a server reads it
   * @throws ModelFileException naming file, tensor and remedy where the weights are refused
   */
  public FlowModel run(Path file, String id, String command, Path directory) throws IOException {
    Phi4 phi4 = Phi4.of(target);
    byte[] bytes = Files.readAllBytes(file);
    CouplingWeights weights;
    try {
      weights = CouplingWeights.of(Safetensors.read(bytes), phi4.lattice());
    } catch (ModelFileException | IllegalArgumentException e) {
      throw new ModelFileException(file + ": " + e.getMessage(), e);
    }
    say(
        "%,d values: %d layers, hidden %s, kernel %d%s",
        weights.theta().length,
        weights.shape().layers(),
        weights.shape().text(),
        weights.shape().kernel(),
        weights.rounded() ? "; rounded to float32" : "");
    AffineFlow flow = new AffineFlow(phi4.lattice(), weights.shape());
    try (FlowSampler sampler =
        new FlowSampler(flow, phi4::action, phi4.constant(), false, machine)) {
      double error = inverseError(sampler, flow, weights.theta());
      say(
          "log q of %,d draws along the map and back: RMS difference %.2g (bound %s)",
          INVERSE_SAMPLES, error, INVERSE_BOUND);
      if (!(error < INVERSE_BOUND)) {
        throw new ModelFileException(
            String.format(
                Locale.ROOT,
                "%s: log q differs by %.2g between map and inverse (expected: below %s; weights"
                    + " this steep lose themselves in float32)",
                file,
                error,
                INVERSE_BOUND));
      }
      Quality quality = Quality.measure(sampler, weights.theta(), SEED, Finish.SAMPLES);
      say(
          "ESS/N %.4f over %,d draws, acceptance %.4f",
          quality.ess(), quality.samples(), quality.acceptance());
      ModelDescription description =
          new ModelDescription(
              ModelDescription.FORMAT,
              id,
              weights.shape().generator(),
              Architecture.of(weights.shape()),
              new ModelDescription.TargetRecord(
                  target.theory(), target.extents(), new TreeMap<>(target.couplings())),
              quality.record(SEED, null),
              null,
              new ModelDescription.Import(
                  command,
                  Digest.sha256(bytes),
                  error,
                  machine.describe(),
                  System.getProperty("java.version")));
      Files.createDirectories(directory);
      Checkpoint.replace(
          directory.resolve(FlowFiles.WEIGHTS), WeightFile.of(flow, weights.theta()));
      Checkpoint.replace(
          directory.resolve(FlowFiles.DESCRIPTION),
          FlowFiles.text(description).getBytes(StandardCharsets.UTF_8));
      return FlowFiles.read(directory);
    }
  }

  private void say(String format, Object... arguments) {
    progress.accept(String.format(Locale.ROOT, format, arguments));
  }

  /** RMS difference of log q, along the map and back. */
  private double inverseError(FlowSampler sampler, AffineFlow flow, double[] theta) {
    double sum = 0;
    try (AffineDensity density = new AffineDensity(flow, machine)) {
      sampler.parameters(theta);
      density.parameters(theta);
      for (int first = 0; first < INVERSE_SAMPLES; first += CHUNK) {
        sampler.run(SEED, first, CHUNK);
        double[] back = density.logDensity(sampler.fields(), CHUNK);
        for (int lane = 0; lane < CHUNK; lane++) {
          double difference = back[lane] - sampler.logDensity(lane);
          sum += difference * difference;
        }
      }
    }
    return Math.sqrt(sum / INVERSE_SAMPLES);
  }
}
