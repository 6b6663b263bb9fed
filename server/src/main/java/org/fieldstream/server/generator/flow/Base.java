package org.fieldstream.server.generator.flow;

import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;

/**
 * What a flow starts from: a distribution that is simple to draw from and whose density is known.
 * Draw (seed, index) is a function of the distribution and of nothing else.
 */
public interface Base {
  /** Adds a draw z, {@code [1][V]}, to a program. */
  Value add(ProgramBuilder b);

  /** Adds, as outputs, what a run has to tell of z for its density. */
  void tell(ProgramBuilder b, Value z);

  /**
   * Prepares draws for runs of a program that has the draws and what they tell.
   *
   * @param threads of this machine's processor that may work on them
   */
  Draws open(Program program, int threads);

  /**
   * Normalised log density of z, in nats, as {@link Draws#logDensity} has it for its draws.
   *
   * @param z {@code [V]}; not modified
   */
  double logDensity(double[] z);

  /** Draws for one run after the other. Not thread-safe. */
  interface Draws extends AutoCloseable {
    /**
     * Before a run: fills in what the program takes as input.
     *
     * @param lanes with seeds and indices set; its inputs are modified
     * @param count lanes that matter
     */
    void prepare(Lanes lanes, int count);

    /** After the run: normalised log density of a lane's z, in nats. */
    double logDensity(Lanes lanes, int lane);

    @Override
    void close();
  }
}
