package org.fieldstream.server.generator.flow;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.fieldstream.kernels.machine.Executable;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.Program;

/**
 * Runs a flow's program on a machine and puts log q together in double. Results of a run are read
 * until the next one. Not thread-safe.
 */
public final class FlowSampler implements AutoCloseable {
  private final Flow flow;
  private final Program program;
  private final ParameterMap map;
  private final boolean pathGradient;
  private final Executable executable;
  private final Base.Draws draws;
  private final int[] jacobians;
  private final int[] levels;
  private final double actionConstant;
  private final Map<String, Integer> gradientOutputs = new HashMap<>();
  private final float[] parameters;
  private Lanes lanes;
  private int mostLanes = Integer.MAX_VALUE;
  private double logScale;

  /**
   * Loads the program.
   *
   * @param actionConstant what to add to the program's action
   * @param gradients whether {@link #gradient} is wanted
   */
  public FlowSampler(
      Flow flow,
      FlowProgram.Target target,
      double actionConstant,
      boolean gradients,
      Machine machine) {
    this(flow, FlowProgram.build(flow, target, gradients), actionConstant, machine);
  }

  private FlowSampler(Flow flow, FlowProgram built, double actionConstant, Machine machine) {
    this.flow = flow;
    this.program = built.program();
    this.map = built.parameters();
    this.pathGradient = built.pathGradient();
    this.executable = machine.load(program);
    this.parameters = new float[program.parameterCount()];
    this.lanes = new Lanes(program, 1);
    this.draws = flow.base().open(program, machine.threads());
    this.jacobians =
        IntStream.range(0, program.outputs().size())
            .filter(o -> program.outputs().get(o).name().startsWith(FlowProgram.JACOBIAN))
            .toArray();
    this.levels =
        IntStream.range(0, program.outputs().size())
            .filter(o -> program.outputs().get(o).name().startsWith(FlowProgram.LEVEL))
            .toArray();
    this.actionConstant = actionConstant;
    for (int o = 0; o < program.outputs().size(); o++) {
      String name = program.outputs().get(o).name();
      if (name.startsWith("grad ")) {
        gradientOutputs.put(name.substring(5), o);
      }
    }
  }

  /** Loads the program of a flow that is watched: {@link #level}. */
  static FlowSampler watching(
      DenoisingFlow flow, FlowProgram.Target target, double actionConstant, Machine machine) {
    return new FlowSampler(flow, FlowProgram.watching(flow, target), actionConstant, machine);
  }

  /** Sets the parameters of the runs to come; theta is not modified. */
  public void parameters(double[] theta) {
    map.fill(theta, parameters);
    logScale = flow.logScale(theta);
  }

  /**
   * Before a training step, see {@link ParameterMap#jitter}; takes effect with the next {@link
   * #parameters}.
   */
  public void jitter(long step) {
    map.jitter(step);
  }

  /** The program that runs. */
  public Program program() {
    return program;
  }

  /** Lanes are computed in groups of this many. */
  public int laneGroup() {
    return executable.laneGroup();
  }

  /** No run will have more lanes; at least 1. Buffers are no larger then. */
  void mostLanes(int most) {
    mostLanes = most;
  }

  /** Draws (seeds[l], indices[l]) for l below count; the arrays are not modified. */
  public void run(long[] seeds, long[] indices, int count) {
    fit(count);
    System.arraycopy(seeds, 0, lanes.seeds(), 0, count);
    System.arraycopy(indices, 0, lanes.indices(), 0, count);
    execute(count);
  }

  /** Draws (seed, first + l) for l below count. */
  public void run(long seed, long first, int count) {
    fit(count);
    for (int lane = 0; lane < count; lane++) {
      lanes.seeds()[lane] = seed;
      lanes.indices()[lane] = first + lane;
    }
    execute(count);
  }

  private void execute(int count) {
    draws.prepare(lanes, count);
    System.arraycopy(parameters, 0, lanes.parameters(), 0, parameters.length);
    executable.run(lanes);
  }

  /**
   * Buffers for at least this many lanes, and no more than a lane group too many: all that there
   * are are computed.
   */
  private void fit(int count) {
    int group = executable.laneGroup();
    int rounded = Math.min((count + group - 1) / group * group, mostLanes);
    if (lanes.count() != rounded) {
      lanes = new Lanes(program, rounded);
    }
  }

  /** The fields of the last run, {@code [lane][site]}; to be read only. */
  public float[] fields() {
    return lanes.output(FlowProgram.PHI);
  }

  /** Fields with noise that it has beside {@link #fields}; 0 where the flow is not watched. */
  int levels() {
    return levels.length;
  }

  /** The fields at a level, from most noise on, {@code [lane][site]}; to be read only. */
  float[] level(int level) {
    return lanes.output(levels[level]);
  }

  /** S of a lane. */
  public double action(int lane) {
    return actionConstant + lanes.sum(FlowProgram.ACTION, lane);
  }

  /** Normalised log q of a lane, in nats. */
  public double logDensity(int lane) {
    double logJ = 0;
    for (int jacobian : jacobians) {
      logJ += lanes.sum(jacobian, lane);
    }
    return draws.logDensity(lanes, lane) + logScale - logJ;
  }

  /**
   * The gradient of {@code <S + log q>} by theta, averaged over the first lanes.
   *
   * @param count number of lanes of the last run
   * @param gradient is set; modified
   */
  public void gradient(double[] theta, int count, double[] gradient) {
    double[] byParameter = new double[program.parameterCount()];
    for (Parameter parameter : program.parameters()) {
      int output = gradientOutputs.getOrDefault(parameter.name(), -1);
      if (output >= 0) { // elsewhere the field does not depend on the parameter
        mean(lanes.output(output), count, parameter.length(), byParameter, parameter.offset());
      }
    }
    Arrays.fill(gradient, 0);
    map.pullback(theta, byParameter, gradient);
    if (!pathGradient) {
      flow.addLogScaleGradient(gradient);
    }
  }

  private static void mean(float[] values, int count, int length, double[] into, int offset) {
    for (int lane = 0; lane < count; lane++) {
      for (int i = 0; i < length; i++) {
        into[offset + i] += values[lane * length + i];
      }
    }
    for (int i = 0; i < length; i++) {
      into[offset + i] /= count;
    }
  }

  @Override
  public void close() {
    executable.close();
    draws.close();
  }
}
