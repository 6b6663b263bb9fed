package org.fieldstream.server.measurement;

/**
 * What is known of one component of a series; NaN for what is not.
 *
 * @param mean mean, reweighted where the series has log weights
 * @param error one standard deviation of it, autocorrelations included
 * @param errorOfError one standard deviation of {@code error}
 * @param tauInt integrated autocorrelation time, in measurements
 * @param tauIntError one standard deviation of it
 * @param effectiveN how many independent measurements would give the same error, 0 to {@code count}
 * @param count measurements that entered
 */
public record ComponentEstimate(
    double mean,
    double error,
    double errorOfError,
    double tauInt,
    double tauIntError,
    double effectiveN,
    long count) {

  /** Nothing but the mean is known. */
  static ComponentEstimate meanOnly(double mean, long count) {
    return new ComponentEstimate(
        mean, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, count);
  }

  /** The same error and time about a newer mean. */
  ComponentEstimate at(double newMean, long newCount) {
    return new ComponentEstimate(
        newMean, error, errorOfError, tauInt, tauIntError, effectiveN, newCount);
  }
}
