package org.fieldstream.monitoring.statistics;

import static java.util.Objects.requireNonNull;

/**
 * Quality of a set of independent draws with log weights log w_i = -S(x_i) - log q(x_i).
 *
 * <p>Kong's effective sample size, A. Kong, "A note on importance sampling using standardized
 * weights", Univ. of Chicago Technical Report 348 (1992):
 *
 * <pre>ESS / N = (sum_i w_i)^2 / (N sum_i w_i^2)</pre>
 *
 * in [1/N, 1]. It is to be taken over the full sample: an average over batches flatters. A constant
 * added to all log weights (an unknown log Z) changes nothing.
 */
public final class EffectiveSampleSize {
  private EffectiveSampleSize() {}

  /**
   * ESS / N.
   *
   * @param logWeights one log weight per draw (nats), finite or -Infinity, not all -Infinity; at
   *     least one; not modified
   * @return in [1/N, 1]
   */
  public static double ratio(double[] logWeights) {
    double max = max(logWeights);
    double sum = 0;
    double squares = 0;
    for (double logWeight : logWeights) {
      // Relative to the largest, so that nothing overflows and the largest counts exactly.
      double w = Math.exp(logWeight - max);
      sum += w;
      squares += w * w;
    }
    return sum / logWeights.length * (sum / squares);
  }

  /**
   * Unbiased sample variance of the log weights, in nats^2. For a Gaussian spread sigma^2 of the
   * log weights ESS / N = exp(-sigma^2).
   *
   * @param logWeights finite or -Infinity, at least two; not modified
   * @return at least 0; Infinity if some, but not all, weights are 0
   */
  public static double logWeightVariance(double[] logWeights) {
    max(logWeights);
    Require.atLeast("logWeights", logWeights.length, 2);
    OnlineWeights online = new OnlineWeights();
    for (double logWeight : logWeights) {
      online.add(logWeight);
    }
    return online.logWeightVariance();
  }

  /** The largest log weight; checks all. */
  static double max(double[] logWeights) {
    requireNonNull(logWeights, "logWeights");
    Require.atLeast("logWeights", logWeights.length, 1);
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < logWeights.length; i++) {
      max = Math.max(max, Require.logWeight("logWeights[" + i + "]", logWeights[i]));
    }
    if (max == Double.NEGATIVE_INFINITY) {
      throw new IllegalArgumentException(
          "logWeights: all -Infinity (expected: at least one finite)");
    }
    return max;
  }
}
