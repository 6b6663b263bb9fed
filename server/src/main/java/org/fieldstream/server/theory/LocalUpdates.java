package org.fieldstream.server.theory;

import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;

/** A theory whose variables can be updated one by one, each seeing only its neighbours. */
public interface LocalUpdates extends Dynamics {
  /**
   * Adds one sweep to a program: a Metropolis proposal for every variable, sublattice by sublattice
   * of variables that do not see each other, which leaves exp(-S) as it is.
   *
   * @param field {@code [components][V]}
   * @param width largest change proposed, length 1, up to {@link #largestWidth()}
   * @param draw first of {@link #draws()} draws of random numbers, see {@link
   *     ProgramBuilder#uniform}
   */
  Sweep sweep(ProgramBuilder b, Value field, Parameter width, int draw);

  /** Draws of random numbers that a sweep uses. */
  int draws();

  /** Proposals of a sweep. */
  int proposals();

  /** Largest change that makes sense to propose. */
  double largestWidth();

  /**
   * A sweep.
   *
   * @param field the field after it
   * @param accepted number of proposals accepted, as a compensated sum {@code [2][1]}
   */
  record Sweep(Value field, Value accepted) {}
}
