package org.fieldstream.server.generator.chain;

/**
 * Finds the step size at which proposals are accepted at a wanted rate: stochastic approximation
 * (H. Robbins, S. Monro, Ann. Math. Stat. 22 (1951) 400) of log eps, averaged over its second half
 * (B. T. Polyak, A. B. Juditsky, SIAM J. Control Optim. 30 (1992) 838). Deterministic to the bit.
 */
final class StepSize {
  private final double wanted;
  private final double largest;
  private final int length;
  private double log;
  private int count;
  private double sum;
  private int summed;

  /**
   * A search.
   *
   * @param start first step size
   * @param largest step size never exceeded
   * @param wanted acceptance wanted, in (0, 1)
   * @param length number of trajectories the search takes
   */
  StepSize(double start, double largest, double wanted, int length) {
    this.wanted = wanted;
    this.largest = largest;
    this.length = length;
    log = StrictMath.log(Math.min(start, largest));
  }

  /** The step size to try next. */
  double current() {
    return StrictMath.exp(log);
  }

  /**
   * Takes the result of a trajectory.
   *
   * @param acceptance mean over chains of min(1, exp(-dH)), 0 to 1
   */
  void add(double acceptance) {
    count++;
    double gain = 2 / StrictMath.pow(count + 3, 0.6);
    log = Math.min(log + gain * (acceptance - wanted), StrictMath.log(largest));
    if (2 * count > length) {
      sum += log;
      summed++;
    }
  }

  /** Whether the search is over. */
  boolean isDone() {
    return count >= length;
  }

  /** The step size found. */
  double found() {
    return StrictMath.exp(sum / summed);
  }
}
