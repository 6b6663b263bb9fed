package org.fieldstream.monitoring.statistics;

/**
 * A function of means with error and interval from resampled bins.
 *
 * @param mean the function at the means of all measurements
 * @param error one standard deviation; NaN where the function is undefined at a resample
 * @param low lower end of the interval that holds the central 68.3 % of the resamples
 * @param high upper end of it
 * @param n number of measurements used
 * @param bins number of bins
 * @param binLength measurements per bin
 */
public record BootstrapEstimate(
    double mean, double error, double low, double high, long n, int bins, long binLength) {

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
