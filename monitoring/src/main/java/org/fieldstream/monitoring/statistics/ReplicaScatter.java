package org.fieldstream.monitoring.statistics;

/**
 * The error of a mean from how far independent chains scatter about it: with S_r the sum of the
 * deviations of chain r, error^2 = R/(R-1) sum_r S_r^2 / N^2. It holds however short the chains
 * are: from one value each on, where the Gamma method knows nothing yet, and whatever fraction of
 * tau_int its window can see.
 */
final class ReplicaScatter {
  /** Chains from which their scatter tells the error to 16 %. */
  static final int MANY = 20;

  /**
   * Length of chains, in tau_int, from which their inside tells the error: its bias is then a few
   * percent, and its noise about that of the scatter of {@value #MANY} chains.
   */
  static final int RESOLVED = 16;

  private ReplicaScatter() {}

  /**
   * Whether scatter tells the error better than the inside of the chains.
   *
   * @param replicas number of chains
   * @param length of a chain, in the unit of {@code tauInt}
   * @param tauInt as it looks within the chains; NaN where that is not known
   */
  static boolean tells(int replicas, double length, double tauInt) {
    return replicas >= MANY && !(tauInt * RESOLVED <= length);
  }

  /**
   * The estimate.
   *
   * @param mean over all chains
   * @param sums of the deviations from {@code mean}, chain by chain; not modified
   * @param squares sum of all squared deviations, positive
   * @param count values, over all chains
   * @return its tau_int is that within the length of a chain: less than the true one where chains
   *     are short, by tau_int^2 / length in the mean, which its error allows for twice over
   */
  static Estimate of(double mean, double[] sums, double squares, long count) {
    int replicas = sums.length;
    double total = 0;
    for (double sum : sums) {
      total += sum * sum;
    }
    double scatter = total * replicas / (replicas - 1.0);
    double tauInt = scatter / (2 * squares);
    double length = (double) count / replicas;
    double statistical = Math.sqrt(2.0 / (replicas - 1));
    double unseen = Math.min(1, 2 * tauInt / length);
    // The relative error of an error from R sums is 1 / sqrt(2 (R - 1)): the window that says so.
    long window = Math.max(0, count / (2L * (replicas - 1)) - 1);
    return new Estimate(
        mean,
        Math.sqrt(scatter) / count,
        tauInt,
        tauInt * Math.hypot(statistical, unseen),
        (int) Math.min(window, Integer.MAX_VALUE),
        count);
  }
}
