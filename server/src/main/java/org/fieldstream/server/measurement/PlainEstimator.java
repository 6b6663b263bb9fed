package org.fieldstream.server.measurement;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fieldstream.monitoring.alarms.Alarm;
import org.fieldstream.monitoring.alarms.FrozenAlarm;
import org.fieldstream.monitoring.alarms.Sectors;
import org.fieldstream.monitoring.alarms.SeriesWatch;
import org.fieldstream.monitoring.statistics.Estimate;
import org.fieldstream.monitoring.statistics.OnlineReplicas;

/**
 * Estimates of a series without log weights: the Gamma method, component by component. The first
 * components are watched for drifts of each replica, and for values that hardly move.
 */
final class PlainEstimator implements SeriesEstimator {
  /** Components that are watched: a correlator's distances all tell the same. */
  private static final int WATCHED = 4;

  /** Replicas of each that are watched. */
  private static final int WATCHED_REPLICAS = 16;

  private final MeasurementStore.Stored series;
  private final OnlineReplicas[] components;

  /** By replica: one for each watched component. */
  private final Map<Long, SeriesWatch[]> watches = new LinkedHashMap<>();

  PlainEstimator(MeasurementStore.Stored series) {
    this.series = series;
    this.components = new OnlineReplicas[series.components()];
    for (int c = 0; c < components.length; c++) {
      components[c] = new OnlineReplicas();
    }
  }

  @Override
  public void add(long replica, double logWeight, double[] values) {
    for (int c = 0; c < components.length; c++) {
      components[c].add(replica, values[c]);
    }
    SeriesWatch[] own = watches.get(replica);
    if (own == null && watches.size() < WATCHED_REPLICAS) {
      own = new SeriesWatch[Math.min(WATCHED, components.length)];
      for (int c = 0; c < own.length; c++) {
        own[c] = new SeriesWatch(name(c) + ", replica " + replica, 1, Sectors.NONE);
      }
      watches.put(replica, own);
    }
    if (own != null) {
      for (int c = 0; c < own.length; c++) {
        own[c].add(values[c]);
      }
    }
  }

  private String name(int component) {
    return components.length == 1 ? series.name() : series.name() + '[' + component + ']';
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
    Estimate estimate = components[component].estimate();
    if (!(estimate.error() > 0)) {
      // Values that are all equal say nothing of how far they are from the mean.
      return ComponentEstimate.meanOnly(estimate.mean(), estimate.n());
    }
    return new ComponentEstimate(
        estimate.mean(),
        estimate.error(),
        estimate.errorOfError(),
        estimate.tauInt(),
        estimate.tauIntError(),
        // More than there are where successive ones are anticorrelated.
        Math.min(estimate.n(), estimate.effectiveN()),
        estimate.n());
  }

  @Override
  public List<Alarm> alarms() {
    List<Alarm> alarms = new ArrayList<>();
    for (int c = 0; c < Math.min(WATCHED, components.length); c++) {
      FrozenAlarm.of(name(c), components[c].withinReplicas(), components[c].longest())
          .ifPresent(alarms::add);
    }
    for (SeriesWatch[] own : watches.values()) {
      for (SeriesWatch watch : own) {
        alarms.addAll(watch.alarms());
      }
    }
    return alarms;
  }
}
