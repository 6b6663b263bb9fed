package org.fieldstream.server.generator.flow;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.fieldstream.kernels.machine.Executable;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.Program;

/** Runs a flow's program on a machine and puts log q together in double. Not thread-safe. */
public final class FlowSampler implements AutoCloseable {
  private final Flow flow;
  private final Program program;
  private final ParameterMap map;
  private final Executable executable;
  private final Lanes lanes;
  private final int jacobians;
  private final double actionConstant;
  private final Map<String, Integer> gradientOutputs = new HashMap<>();
  private double logScale;

  /**
   * Loads the program.
   *
   * @param actionConstant what to add to the program's action
   * @param count lanes of each run
   */
  public FlowSampler(
      Flow flow,
      FlowProgram.Target target,
      double actionConstant,
      boolean gradients,
      Machine machine,
      int count) {
    this.flow = flow;
    FlowProgram built = FlowProgram.build(flow, target, gradients);
    this.program = built.program();
    this.map = built.parameters();
    this.executable = machine.load(program);
    this.lanes = new Lanes(program, count);
    this.jacobians =
        (int) program.outputs().stream().filter(p -> p.name().startsWith("log_jacobian_")).count();
    this.actionConstant = actionConstant;
    for (int o = 0; o < program.outputs().size(); o++) {
      String name = program.outputs().get(o).name();
      if (name.startsWith("grad ")) {
        gradientOutputs.put(name.substring(5), o);
      }
    }
  }

  /** Sets the parameters of the runs to come; theta is not modified. */
  public void parameters(double[] theta) {
    map.fill(theta, lanes.parameters());
    logScale = flow.logScale(theta);
  }

  /** The program that runs. */
  public Program program() {
    return program;
  }

  /** Host buffers: set seeds and indices before a run, read outputs after it. */
  public Lanes lanes() {
    return lanes;
  }

  /** Draws every lane. */
  public void run() {
    executable.run(lanes);
  }

  /** Draws lane l as (seed, first + l). */
  public void run(long seed, long first) {
    for (int lane = 0; lane < lanes.count(); lane++) {
      lanes.seeds()[lane] = seed;
      lanes.indices()[lane] = first + lane;
    }
    run();
  }

  /** S of a lane. */
  public double action(int lane) {
    return actionConstant + lanes.sum(FlowProgram.ACTION, lane);
  }

  /** Normalised log q of a lane. */
  public double logDensity(int lane) {
    double logJ = 0;
    for (int j = 0; j < jacobians; j++) {
      logJ += lanes.sum(FlowProgram.FIRST_JACOBIAN + j, lane);
    }
    return -0.5 * lanes.sum(FlowProgram.Z2, lane)
        - 0.5 * flow.lattice().sites() * Math.log(2 * Math.PI)
        + logScale
        - logJ;
  }

  /**
   * The gradient by theta, averaged over lanes.
   *
   * @param gradient is set; modified
   */
  public void gradient(double[] theta, double[] gradient) {
    double[] byParameter = new double[program.parameterCount()];
    for (Parameter parameter : program.parameters()) {
      int output = gradientOutputs.getOrDefault(parameter.name(), -1);
      if (output >= 0) { // elsewhere the field does not depend on the parameter
        mean(lanes.output(output), parameter.length(), byParameter, parameter.offset());
      }
    }
    Arrays.fill(gradient, 0);
    map.pullback(theta, byParameter, gradient);
  }

  private void mean(float[] values, int length, double[] into, int offset) {
    for (int lane = 0; lane < lanes.count(); lane++) {
      for (int i = 0; i < length; i++) {
        into[offset + i] += values[lane * length + i];
      }
    }
    for (int i = 0; i < length; i++) {
      into[offset + i] /= lanes.count();
    }
  }

  @Override
  public void close() {
    executable.close();
  }
}
