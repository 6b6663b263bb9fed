package org.fieldstream.server.training;

import java.nio.file.Path;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.generator.flow.FlowSampler;
import org.fieldstream.server.model.FactKeys;
import org.fieldstream.server.model.FlowFiles;
import org.fieldstream.server.theory.Phi4;

/** Measures the quality of a model that is there, as the end of a training does. */
public final class Remeasurement {
  private Remeasurement() {}

  /**
   * Measures over {@link Trainer#FINAL_SAMPLES} draws and notes it in the model's description. The
   * integration error of an ODE form stays as it is.
   *
   * @param directory the model's
   * @return the model as a server reads it from now on
   * @throws org.fieldstream.server.model.ModelFileException if its files cannot be read or written
   */
  public static FlowModel run(Path directory, Machine machine) {
    FlowModel model = FlowFiles.read(directory);
    Phi4 phi4 = Phi4.of(model.target());
    Quality quality;
    try (FlowSampler sampler =
        new FlowSampler(
            model.shape().on(phi4.lattice()), phi4::action, phi4.constant(), false, machine)) {
      quality =
          Quality.measure(sampler, model.theta(), Trainer.QUALITY_SEED, Trainer.FINAL_SAMPLES);
    }
    String integration = model.facts().get(FactKeys.INTEGRATION_ERROR);
    FlowFiles.measured(
        directory,
        quality.record(
            Trainer.QUALITY_SEED, integration == null ? null : Double.valueOf(integration)));
    return FlowFiles.read(directory);
  }
}
