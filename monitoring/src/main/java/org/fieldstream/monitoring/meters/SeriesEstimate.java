package org.fieldstream.monitoring.meters;

import org.fieldstream.monitoring.statistics.Estimate;

/**
 * What is known of one observable from one stream.
 *
 * @param mean mean in the target exp(-S): of the chain, or reweighted
 * @param error its standard deviation, tau_int included; NaN while unknown
 * @param tauInt integrated autocorrelation time in configurations of one chain; NaN while unknown
 * @param tauIntError its standard deviation
 * @param n configurations in the series
 */
public record SeriesEstimate(double mean, double error, double tauInt, double tauIntError, long n) {
  /** Nothing is known. */
  static final SeriesEstimate NONE =
      new SeriesEstimate(Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0);

  static SeriesEstimate of(Estimate estimate) {
    return new SeriesEstimate(
        estimate.mean(), estimate.error(), estimate.tauInt(), estimate.tauIntError(), estimate.n());
  }
}
