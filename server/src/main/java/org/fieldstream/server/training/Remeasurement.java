package org.fieldstream.server.training;

import java.nio.file.Path;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.diffusion.AnnealedModel;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.model.AnnealedFiles;
import org.fieldstream.server.model.DescriptionNotes;
import org.fieldstream.server.model.FactKeys;
import org.fieldstream.server.model.FlowFiles;
import org.fieldstream.server.model.ModelFileException;

/** Measures the quality of a model that is there, as the end of a training does. */
public final class Remeasurement {
  private Remeasurement() {}

  /**
   * Measures over {@link Finish#SAMPLES} draws and notes it in the model's description. The
   * integration error of an ODE form stays as it is.
   *
   * @param directory the model's
   * @return the model as a server reads it from now on
   * @throws ModelFileException if its files cannot be read or written, or are of a score of
   *     plaquettes, whose quality its training measures
   */
  public static FlowModel run(Path directory, Machine machine) {
    if (AnnealedFiles.read(directory) instanceof AnnealedModel) {
      throw new ModelFileException(
          directory
              + ": a diffusion model of plaquettes, measured by train only (expected: a flow, or a"
              + " diffusion model of phi4)");
    }
    FlowModel model = FlowFiles.read(directory);
    Quality quality =
        Finish.quality(
            model.shape(),
            model.target(),
            model.theta(),
            Finish.SAMPLES,
            machine,
            StoppedException.NEVER);
    String integration = model.facts().get(FactKeys.INTEGRATION_ERROR);
    DescriptionNotes.measured(
        directory,
        quality.record(Finish.SEED, integration == null ? null : Double.valueOf(integration)));
    DescriptionNotes.note(
        directory, AnnealedQuality.facts(model, Finish.SAMPLES, machine, StoppedException.NEVER));
    return FlowFiles.read(directory);
  }
}
