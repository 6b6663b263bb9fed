package org.fieldstream.monitoring.statistics;

/**
 * A mean with an error that includes autocorrelations.
 *
 * <p>Convention: tau_int = 1/2 + sum_{t >= 1} rho(t), so that independent measurements have tau_int
 * = 1/2 and error^2 = 2 tau_int variance / n.
 *
 * @param mean the mean, or the function of means
 * @param error one standard deviation of the mean; 0 for a constant series, NaN where it cannot be
 *     estimated
 * @param tauInt integrated autocorrelation time, in measurements of one chain; 1/2 for a constant
 *     series
 * @param tauIntError one standard deviation of {@code tauInt}; 0 for a constant series
 * @param window the lag W up to which correlations were summed, in measurements of one chain
 * @param n number of measurements, over all replicas
 */
public record Estimate(
    double mean, double error, double tauInt, double tauIntError, int window, long n) {

  /**
   * Number of independent measurements this estimate is worth, n / (2 tau_int).
   *
   * @return at most about n unless the series is anticorrelated
   */
  public double effectiveN() {
    return n / (2 * tauInt);
  }

  /**
   * One standard deviation of {@link #error}, from error sqrt((W + 1/2) / n): U. Wolff, "Monte
   * Carlo errors with less errors", hep-lat/0306017, section 3.
   */
  public double errorOfError() {
    return error * Math.sqrt((window + 0.5) / n);
  }

  /**
   * Whether the series is long enough to trust tau_int and the error: at least 100 tau_int
   * measurements, where the automatic window's bias is below its statistical error.
   */
  public boolean isWellSampled() {
    return n >= 100 * tauInt;
  }

  /**
   * Distance from a reference value in combined standard deviations, (mean - value) / sqrt(error^2
   * + valueError^2).
   *
   * @param value reference value
   * @param valueError its standard deviation, 0 if exact
   * @return 0 if both errors and the difference are 0
   */
  public double sigmasFrom(double value, double valueError) {
    return Sigmas.between(mean, error, value, valueError);
  }
}
