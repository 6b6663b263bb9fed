package org.fieldstream.server.generator.diffusion;

import java.util.ArrayList;
import java.util.List;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.machine.Executable;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.program.Fourier;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.theory.Phi4;

/**
 * The probability flow of a diffusion model, seen at several levels of the noise on its way from
 * noise to field. Not thread-safe.
 */
public final class Denoising implements AutoCloseable {
  private final Lattice lattice;
  private final List<NoiseLevel> levels = new ArrayList<>();
  private final float[] parameters;
  private final Executable executable;

  /**
   * Loads the flow.
   *
   * @param model a model of shape {@link ScoreShape}
   * @param every one of so many Runge-Kutta steps is looked at, and the end
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
    ScoreParameters at = new ScoreParameters(lattice, shape);
    double[] theta = model.theta();
    ProgramBuilder b = new ProgramBuilder();
    ScoreFlow.Path path = new ScoreFlow(lattice, shape).path(b, b.normal(0, 1, lattice.sites()));
    List<Parameter> spreads = new ArrayList<>();
    Parameter mean = path.mean();
    Value sign = mean == null ? null : ScoreFlow.sign(b);
    for (int i = shape.steps(); i >= 0; i -= every) {
      Parameter spread = b.parameter("spread " + i, at.orbits().size());
      Value modes = b.times(path.whitened().get(i), spread, at.orbits().slots());
      Value field = Fourier.hartley(b, modes, lattice);
      if (mean != null && sign != null) {
        field = b.mul(b.plus(field, mean, new int[lattice.sites()]), sign);
      }
      b.output("phi " + i, field);
      spreads.add(spread);
      levels.add(new NoiseLevel(at, theta, (double) i / shape.steps()));
    }
    Program program = b.build();
    parameters = new float[program.parameterCount()];
    new ScoreMap(at).fill(theta, parameters);
    for (int i = 0; i < spreads.size(); i++) {
      double[] spread = levels.get(i).spread();
      for (int o = 0; o < spread.length; o++) {
        parameters[spreads.get(i).offset() + o] = (float) spread[o];
      }
    }
    executable = machine.load(program);
  }

  /** Strengths of the noise that are looked at, from 0 up. */
  public double[] sigmas() {
    return levels.stream().mapToDouble(level -> Math.sqrt(level.sigma2())).toArray();
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
    float[][] fields = new float[levels.size()][];
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
