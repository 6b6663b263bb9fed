package org.fieldstream.server.measurement;

import java.util.List;
import org.fieldstream.monitoring.alarms.Alarm;
import org.fieldstream.monitoring.alarms.WeightWatch;
import org.fieldstream.monitoring.statistics.OnlineWeightedReplicas;
import org.fieldstream.monitoring.statistics.WeightedEstimate;

/**
 * Estimates of a series with log weights. Draws that are reweighted have no autocorrelation time of
 * their own: their error comes from bins, the rest is left unknown. The weights are watched.
 */
final class WeightedEstimator implements SeriesEstimator {
  private final OnlineWeightedReplicas[] components;
  private final WeightWatch weights = new WeightWatch();

  WeightedEstimator(MeasurementStore.Stored series) {
    this.components = new OnlineWeightedReplicas[series.components()];
    for (int c = 0; c < components.length; c++) {
      this.components[c] = new OnlineWeightedReplicas();
    }
  }

  @Override
  public void add(long replica, double logWeight, double[] values) {
    for (int c = 0; c < components.length; c++) {
      components[c].add(replica, logWeight, values[c]);
    }
    weights.add(logWeight);
  }

  @Override
  public long count() {
    return components[0].count();
  }

  @Override
  public double mean(int component) {
    return components[component].mean();
  }

  @Override
  public ComponentEstimate estimate(int component) {
    WeightedEstimate estimate = components[component].estimate();
    return new ComponentEstimate(
        estimate.mean(),
        estimate.error(),
        Double.NaN,
        Double.NaN,
        Double.NaN,
        estimate.effectiveN(),
        estimate.n());
  }

  @Override
  public List<Alarm> alarms() {
    return weights.alarms();
  }
}
