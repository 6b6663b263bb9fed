package org.fieldstream.server.generator.diffusion;

import java.util.stream.IntStream;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.machine.Executable;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.server.generator.flow.DenoisingFlow;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.theory.Phi4;

/**
 * The probability flow of a diffusion model, seen at several levels of the noise on its way from
 * noise to field. Not thread-safe.
 */
public final class Denoising implements AutoCloseable {
  private final Lattice lattice;
  private final double[] sigmas;
  private final float[] parameters;
  private final Executable executable;

  /**
   * Loads the flow.
   *
   * @param model a model of shape {@link ScoreShape}
   * @param every one of so many Runge-Kutta steps is looked at, the beginning, and the end
   */
  public Denoising(FlowModel model, int every, Machine machine) {
    if (!(model.shape() instanceof ScoreShape shape)) {
      throw new IllegalArgumentException(
          "model: " + model.id() + " (expected: a diffusion model, of form score)");
    }
    if (every < 1) {
      throw new IllegalArgumentException("every: " + every + " (expected: >= 1)");
    }
    lattice = Phi4.of(model.target()).lattice();
    double[] theta = model.theta();
    WatchedSteps steps =
        new WatchedSteps(new ScoreFlow(lattice, shape), new SeenLevels(shape.steps(), every));
    ProgramBuilder b = new ProgramBuilder();
    DenoisingFlow.Watched watched = steps.watch(b, b.normal(0, 1, lattice.sites()));
    b.output("phi", watched.mapped().phi());
    for (int i = watched.levels().size() - 1; i >= 0; i--) {
      b.output("level " + i, watched.levels().get(i));
    }
    sigmas = steps.sigmas(theta);
    Program program = b.build();
    parameters = new float[program.parameterCount()];
    watched.mapped().parameters().fill(theta, parameters);
    executable = machine.load(program);
  }

  /** Strengths of the noise that are looked at, from 0 up. */
  public double[] sigmas() {
    return IntStream.range(0, sigmas.length)
        .mapToDouble(i -> sigmas[sigmas.length - 1 - i])
        .toArray();
  }

  /** V. */
  public int sites() {
    return lattice.sites();
  }

  /**
   * The fields of some draws at all levels.
   *
   * @param first index of the first draw
   * @param count how many, at least 1
   * @return {@code [level][draw][site]}, levels as in {@link #sigmas}
   */
  public float[][] draw(long seed, long first, int count) {
    Lanes lanes = new Lanes(executable.program(), count);
    for (int lane = 0; lane < count; lane++) {
      lanes.seeds()[lane] = seed;
      lanes.indices()[lane] = first + lane;
    }
    System.arraycopy(parameters, 0, lanes.parameters(), 0, parameters.length);
    executable.run(lanes);
    float[][] fields = new float[sigmas.length][];
    for (int i = 0; i < fields.length; i++) {
      fields[i] = lanes.output(i);
    }
    return fields;
  }

  @Override
  public void close() {
    executable.close();
  }
}
