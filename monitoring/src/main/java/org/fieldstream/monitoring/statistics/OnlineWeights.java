package org.fieldstream.monitoring.statistics;

/**
 * ESS / N and log-weight variance of a running stream of log weights, in O(1) memory. Sums are kept
 * relative to the largest log weight so far and rescaled when a larger one comes, so nothing
 * overflows whatever log Z is.
 *
 * <p>Deterministic. Not thread-safe.
 */
public final class OnlineWeights {
  private long count;
  private double max = Double.NEGATIVE_INFINITY;
  private double sum;
  private double squares;
  private long finite;
  private double logMean;
  private double logSquares;

  /**
   * Adds a draw.
   *
   * @param logWeight nats; finite, or -Infinity for weight 0
   */
  public void add(double logWeight) {
    Require.logWeight("logWeight", logWeight);
    count++;
    if (logWeight == Double.NEGATIVE_INFINITY) {
      return;
    }
    // Welford's recurrence for mean and squared deviations of the log weights.
    finite++;
    double delta = logWeight - logMean;
    logMean += delta / finite;
    logSquares += delta * (logWeight - logMean);
    if (logWeight > max) {
      double scale = Math.exp(max - logWeight);
      sum = sum * scale + 1;
      squares = squares * scale * scale + 1;
      max = logWeight;
    } else {
      double w = Math.exp(logWeight - max);
      sum += w;
      squares += w * w;
    }
  }

  /** Number of draws. */
  public long count() {
    return count;
  }

  /** ESS / N = (sum w)^2 / (N sum w^2), in [1/N, 1]; NaN before a draw of positive weight. */
  public double essRatio() {
    return finite == 0 ? Double.NaN : sum / count * (sum / squares);
  }

  /** (sum w)^2 / sum w^2; NaN before a draw of positive weight. */
  public double effectiveN() {
    return essRatio() * count;
  }

  /**
   * Unbiased variance of the log weights in nats^2; NaN before the second draw, Infinity if some,
   * but not all, weights are 0.
   */
  public double logWeightVariance() {
    if (count < 2 || finite == 0) {
      return Double.NaN;
    }
    return finite < count ? Double.POSITIVE_INFINITY : logSquares / (finite - 1);
  }

  /** log of the mean weight, an estimate of log Z when log q is normalised; NaN before a draw. */
  public double logMeanWeight() {
    return finite == 0 ? Double.NaN : max + Math.log(sum / count);
  }
}
