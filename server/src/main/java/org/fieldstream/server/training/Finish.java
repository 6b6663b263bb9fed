package org.fieldstream.server.training;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.generator.flow.FlowSampler;
import org.fieldstream.server.generator.flow.FlowShape;
import org.fieldstream.server.generator.flow.FlowTheory;
import org.fieldstream.server.generator.flow.SteppedShape;
import org.fieldstream.server.model.Architecture;
import org.fieldstream.server.model.FlowFiles;
import org.fieldstream.server.model.ModelDescription;
import org.fieldstream.server.model.WeightFile;
import org.fieldstream.server.theory.Target;

/** The end of every training: how many steps an ODE is served with, the quality, the two files. */
public final class Finish {
  /** Draws of the final quality, unless a plan says otherwise. */
  public static final int SAMPLES = 65_536;

  /** Seed of the draws behind a model's quality. */
  static final long SEED = 0x9a117L;

  private static final int DOUBLING_SAMPLES = 1024;

  private Finish() {}

  /** What the weights file will hold. */
  static double[] rounded(double[] theta) {
    double[] rounded = new double[theta.length];
    for (int i = 0; i < theta.length; i++) {
      rounded[i] = (float) theta[i];
    }
    return rounded;
  }

  /**
   * Measures a trained flow, writes its directory and reads it back.
   *
   * @param theta trained values, such as a float32 can hold; not modified
   * @param samples draws of the quality
   * @param stop asked on the way
   * @throws StoppedException if it says so; nothing is written then
   */
  static FlowModel write(
      String id,
      Target target,
      FlowShape trained,
      double[] theta,
      ModelDescription.Training training,
      Path directory,
      int samples,
      Machine machine,
      BooleanSupplier stop)
      throws IOException {
    FlowShape shape = trained;
    Double integration = null;
    if (shape instanceof SteppedShape ode) {
      OdeSteps served =
          OdeSteps.choose(ode, theta, FlowTheory.of(target), machine, SEED, DOUBLING_SAMPLES);
      shape = served.shape();
      integration = served.error();
    }
    Quality quality = quality(shape, target, theta, samples, machine, stop);
    ModelDescription description =
        new ModelDescription(
            ModelDescription.FORMAT,
            id,
            shape.generator(),
            Architecture.of(shape),
            new ModelDescription.TargetRecord(
                target.theory(), target.extents(), new TreeMap<>(target.couplings())),
            quality.record(SEED, integration),
            training);
    Checkpoint.replace(
        directory.resolve(FlowFiles.WEIGHTS),
        WeightFile.of(shape.on(FlowTheory.of(target)), theta));
    Checkpoint.replace(
        directory.resolve(FlowFiles.DESCRIPTION),
        FlowFiles.text(description).getBytes(StandardCharsets.UTF_8));
    return FlowFiles.read(directory);
  }

  /** Over so many draws, where it is worst if the flow is for a range of couplings. */
  static Quality quality(
      FlowShape shape,
      Target target,
      double[] theta,
      int samples,
      Machine machine,
      BooleanSupplier stop) {
    List<FlowSampler> served = new ArrayList<>();
    try {
      for (Target at : shape.rehearsals(target)) {
        FlowTheory theory = FlowTheory.of(at);
        served.add(
            new FlowSampler(shape.on(theory), theory::action, theory.constant(), false, machine));
      }
      return Quality.worst(served, theta, SEED, samples, stop);
    } finally {
      served.forEach(FlowSampler::close);
    }
  }
}
