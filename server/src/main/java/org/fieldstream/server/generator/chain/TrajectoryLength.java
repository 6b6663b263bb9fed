package org.fieldstream.server.generator.chain;

/**
 * A trajectory length at which the magnetisation decorrelates at little cost: one radian of a
 * harmonic mode of variance chi = V (&lt;m^2&gt; - &lt;m&gt;^2), tau = sqrt(chi). Trajectories that
 * grow with the correlation length turn critical slowing down from z = 2 into z = 1 (A. D. Kennedy,
 * B. Pendleton, Nucl. Phys. B 607 (2001) 456). A quarter period, ideal for a harmonic mode, was
 * measured to cost more than it gains on interacting ones.
 *
 * <p>chi is taken from the spread of |m|, V var(|m|) / (1 - 2/pi): equal to it for a Gaussian m,
 * and the spread within one well where m has two.
 */
final class TrajectoryLength {
  private static final double SPREAD_OF_ABSOLUTE = 1 - 2 / Math.PI;

  private double sum;
  private double squares;
  private long count;

  /** Takes |m| of each chain after a trajectory; not modified. */
  void add(double[] absM) {
    for (double m : absM) {
      sum += m;
      squares += m * m;
    }
    count += absM.length;
  }

  /** Samples so far, over all chains. */
  long count() {
    return count;
  }

  /**
   * The length, to a tenth.
   *
   * @param volume number of sites
   * @param shortest and longest bounds
   */
  double best(int volume, double shortest, double longest) {
    double mean = sum / count;
    double chi = volume * (squares / count - mean * mean) / SPREAD_OF_ABSOLUTE;
    double radian = Math.round(10 * Math.sqrt(chi)) / 10.0;
    return Math.max(shortest, Math.min(longest, radian));
  }
}
