package org.fieldstream.server.generator.flow;

import org.fieldstream.kernels.machine.Executable;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.program.Program;

/**
 * Runs a flow's program on a machine and puts log q together in double. Not thread-safe.
 */
public final class FlowSampler implements AutoCloseable {
  private final Flow flow;
  private final Program program;
  private final Executable executable;
  private final Lanes lanes;
  private final int jacobians;
  private final double actionConstant;
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
    this.program = flow.program(target, gradients);
    this.executable = machine.load(program);
    this.lanes = new Lanes(program, count);
    this.jacobians =
        (int) program.outputs().stream().filter(p -> p.name().startsWith("log_jacobian_")).count();
    this.actionConstant = actionConstant;
  }

  /** Sets the parameters of the runs to come; theta is not modified. */
  public void parameters(double[] theta) {
    flow.fill(theta, lanes.parameters());
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

  /** Output position of the gradient by the first parameter. */
  public int firstGradient() {
    return FlowProgram.FIRST_JACOBIAN + jacobians;
  }

  @Override
  public void close() {
    executable.close();
  }
}
