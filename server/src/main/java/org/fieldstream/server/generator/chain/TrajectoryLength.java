package org.fieldstream.server.generator.chain;

import org.fieldstream.server.theory.Dynamics;

/**
 * The spread of a theory's slow observable over thermal chains, and the trajectory length that the
 * theory makes of it.
 */
final class TrajectoryLength {
  private double sum;
  private double squares;
  private long count;

  /** Takes the slow observable of each chain after a trajectory; not modified. */
  void add(double[] slow) {
    for (double s : slow) {
      sum += s;
      squares += s * s;
    }
    count += slow.length;
  }

  /** Samples so far, over all chains. */
  long count() {
    return count;
  }

  /**
   * The length, to a tenth.
   *
   * @param shortest and longest bounds
   */
  double best(Dynamics theory, double shortest, double longest) {
    double mean = sum / count;
    double radian = theory.trajectoryLength(squares / count - mean * mean);
    return Math.max(shortest, Math.min(longest, Math.round(10 * radian) / 10.0));
  }
}
