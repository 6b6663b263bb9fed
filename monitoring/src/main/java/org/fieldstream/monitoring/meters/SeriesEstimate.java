package org.fieldstream.monitoring.meters;

import org.fieldstream.monitoring.statistics.Estimate;

/**
 * What is known of one observable from one stream.
 *
 * @param mean mean in the target exp(-S): of the chain, or reweighted
 * @param error its standard deviation, tau_int included; NaN while unknown, and where all values
 *     are equal
 * @param tauInt integrated autocorrelation time in configurations of one chain; NaN while unknown
 * @param tauIntError its standard deviation
 * @param n configurations in the series
 * @param driftSigmas by how many standard deviations its halves differ, signed; NaN while unknown,
 *     and for independent draws
 * @param rHat split R-hat over its chains; NaN while unknown, and for independent draws
 */
public record SeriesEstimate(
    double mean,
    double error,
    double tauInt,
    double tauIntError,
    long n,
    double driftSigmas,
    double rHat) {
  /** Nothing is known. */
  static final SeriesEstimate NONE =
      new SeriesEstimate(Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0, Double.NaN, Double.NaN);

  static SeriesEstimate of(Estimate estimate, double driftSigmas, double rHat) {
    // Values that are all equal say nothing of how far they are from the mean.
    boolean known = estimate.error() > 0;
    return new SeriesEstimate(
        estimate.mean(),
        known ? estimate.error() : Double.NaN,
        known ? estimate.tauInt() : Double.NaN,
        known ? estimate.tauIntError() : Double.NaN,
        estimate.n(),
        driftSigmas,
        rHat);
  }
}
