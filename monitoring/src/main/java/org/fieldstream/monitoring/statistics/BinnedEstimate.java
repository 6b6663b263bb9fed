package org.fieldstream.monitoring.statistics;

/**
 * A function of means with an error from bins.
 *
 * @param mean the function at the means of all measurements
 * @param error one standard deviation; NaN with too few bins or where the function is undefined
 * @param n number of measurements
 * @param bins number of bins the error comes from
 * @param binLength measurements per bin
 */
public record BinnedEstimate(double mean, double error, long n, int bins, long binLength) {

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
