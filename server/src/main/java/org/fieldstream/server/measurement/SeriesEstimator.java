package org.fieldstream.server.measurement;

import java.util.List;
import org.fieldstream.monitoring.alarms.Alarm;

/**
 * The running estimates of one series. Takes the measurements of each replica in the order of their
 * configurations. Not thread-safe.
 */
sealed interface SeriesEstimator permits PlainEstimator, WeightedEstimator {
  /**
   * Takes a measurement.
   *
   * @param logWeight ignored where the series has none
   * @param values one for each component; not modified
   */
  void add(long replica, double logWeight, double[] values);

  /** Measurements taken. */
  long count();

  /** The mean of a component. */
  double mean(int component);

  /** All that is known of a component; costs microseconds. */
  ComponentEstimate estimate(int component);

  /** What looks wrong; costs as much as an estimate or two. */
  List<Alarm> alarms();

  /** No measurements of a series yet. */
  static SeriesEstimator create(MeasurementStore.Stored series) {
    return series.weighted() ? new WeightedEstimator(series) : new PlainEstimator(series);
  }
}
