package org.fieldstream.monitoring.statistics;

/**
 * A reweighted mean, or function of reweighted means, with its error.
 *
 * @param mean sum_i w_i a_i / sum_i w_i, or a function of such means
 * @param error one standard deviation, correlations between successive draws included
 * @param n number of draws
 * @param effectiveN (sum w)^2 / sum w^2, the number of equally weighted draws the weights are worth
 */
public record WeightedEstimate(double mean, double error, long n, double effectiveN) {

  /** ESS / N, in (0, 1]. */
  public double effectiveSampleRatio() {
    return effectiveN / n;
  }

  /**
   * Distance from a reference value in combined standard deviations.
   *
   * @param value reference value
   * @param valueError its standard deviation, 0 if exact
   */
  public double sigmasFrom(double value, double valueError) {
    return Sigmas.between(mean, error, value, valueError);
  }
}
