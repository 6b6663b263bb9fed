package org.fieldstream.monitoring.statistics;

import java.util.Arrays;

/**
 * How heavy the tail of importance weights is: the shape k-hat of a generalised Pareto distribution
 * fitted to the largest weights, A. Vehtari, D. Simpson, A. Gelman, Y. Yao, J. Gabry, "Pareto
 * smoothed importance sampling", arXiv:1507.02646, section 3.
 *
 * <p>Weights with shape k have moments below order 1/k: for k &lt; 1/2 their variance exists and
 * errors fall as 1/sqrt(N); above 0.7 no practical N gives a reliable weighted mean or error, and
 * the effective sample size of {@link EffectiveSampleSize} is a flattering number.
 *
 * <p>The tail are the M = min(N / 5, 3 sqrt(N)) largest weights (rounded up), measured from the
 * next one below. {@link OnlineTail} is the same for a running stream.
 */
public final class ParetoTail {
  /** k-hat above which weighted means are not to be trusted (section 4 there). */
  public static final double RELIABLE = 0.7;

  private ParetoTail() {}

  /**
   * k-hat of a sample.
   *
   * @param logWeights one per draw (nats), finite or -Infinity, at least one finite; not modified
   * @return k-hat, with an error of about (1 + k) / sqrt(M); NaN where fewer than {@value
   *     GeneralizedPareto#MINIMUM} weights lie above the cutoff: too few draws (below 21), or a
   *     tail of equal weights, which is none
   */
  public static double kHat(double[] logWeights) {
    EffectiveSampleSize.max(logWeights);
    double[] sorted = logWeights.clone();
    Arrays.sort(sorted);
    int tail = length(sorted.length);
    return tail >= sorted.length
        ? Double.NaN
        : ofLargest(Arrays.copyOfRange(sorted, sorted.length - tail - 1, sorted.length));
  }

  /** M, the weights that make the tail of n draws. */
  static int length(long n) {
    return (int) Math.ceil(Math.min(n / 5.0, 3 * Math.sqrt((double) n)));
  }

  /**
   * k-hat of a tail.
   *
   * @param largest the cutoff and the log weights above it, ascending
   */
  static double ofLargest(double[] largest) {
    double max = largest[largest.length - 1];
    double cutoff = Math.exp(largest[0] - max);
    double[] exceedances = new double[largest.length];
    int n = 0;
    for (double logWeight : largest) {
      double exceedance = Math.exp(logWeight - max) - cutoff;
      if (exceedance > 0) {
        exceedances[n++] = exceedance;
      }
    }
    return n < GeneralizedPareto.MINIMUM
        ? Double.NaN
        : GeneralizedPareto.shape(Arrays.copyOf(exceedances, n));
  }
}
