package org.fieldstream.monitoring.statistics;

/**
 * Whether several chains agree: the split R-hat of A. Gelman, D. B. Rubin, "Inference from
 * iterative simulation using multiple sequences", Statist. Sci. 7 (1992) 457, each chain cut into
 * halves as in Gelman et al., "Bayesian Data Analysis", 3rd edition (2013), section 11.4:
 *
 * <pre>
 * W = mean of the variances of the 2 M half chains,   B/n = variance of their means
 * R-hat = sqrt((n - 1)/n + (B/n) / W)
 * </pre>
 *
 * Near 1 where the chains agree; above 1.01 is suspicious (A. Vehtari et al., arXiv:1903.08008),
 * above 1.1 the chains sit in different places. Correlated but stationary chains are above 1 by
 * about tau_int / n.
 */
public final class SplitRHat {
  private SplitRHat() {}

  /**
   * R-hat of chains in memory.
   *
   * @param chains {@code [chain][i]}, of equal length, at least 4, finite; at least one; the middle
   *     value of an odd length is left out; not modified
   * @return at least sqrt((n - 1)/n); 1 where all values are equal, Infinity where only the half
   *     chains differ
   */
  public static double of(double[]... chains) {
    Require.sameLengths("chains", chains);
    int half = chains[0].length / 2;
    Moments[] halves = new Moments[2 * chains.length];
    for (int c = 0; c < chains.length; c++) {
      Require.series("chains[" + c + "]", chains[c], 4);
      halves[2 * c] = Moments.of(chains[c], 0, half);
      halves[2 * c + 1] = Moments.of(chains[c], chains[c].length - half, half);
    }
    return of(halves);
  }

  /** R-hat of half chains of equal length. */
  static double of(Moments[] halves) {
    long n = halves[0].count();
    double within = 0;
    double[] means = new double[halves.length];
    for (int h = 0; h < halves.length; h++) {
      within += halves[h].squares() / (n - 1) / halves.length;
      means[h] = halves[h].mean();
    }
    double between = Moments.of(means, 0, means.length).squares() / (means.length - 1);
    if (between == 0 && within == 0) {
      return 1;
    }
    return Math.sqrt((n - 1.0) / n + between / within);
  }
}
