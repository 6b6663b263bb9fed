package org.fieldstream.server.generator.chain;

/**
 * Many chains in lanes, all moved by one device call: proposals by the program, decisions here or
 * there. Nothing depends on how lanes are spread over threads.
 */
interface ChainLanes extends AutoCloseable {
  /** Advances every chain by one step. */
  void advance();

  /**
   * Sets the mean size of what is proposed.
   *
   * @param eps step size or width, positive
   * @param steps of a trajectory, at least 1; ignored where there are none
   */
  void stepSize(double eps, int steps);

  /** Mean over chains of the last step's acceptance, 0 to 1. */
  double acceptance();

  /** Current states, {@code [chain][components][V]}, where the next step starts. */
  float[] fields();

  /** Current actions. */
  double[] action();

  /** Whether the last step was accepted; not to be modified. */
  boolean[] accepted();

  /** Mean size of what is proposed. */
  double eps();

  /** Steps of a trajectory, 1 where there are none. */
  int steps();

  /** Steps of each chain so far. */
  long count();

  /** What a step is, in words: {@code trajectories each, of 10 leapfrog steps of 0.1}. */
  String describe();

  @Override
  void close();
}
