package org.fieldstream.server.measurement;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fieldstream.monitoring.alarms.Alarm;
import org.jspecify.annotations.Nullable;

/**
 * One series: the highest configuration of each replica, and the running estimates.
 *
 * <p>The estimators want each replica in order. A measurement that comes late, after a higher
 * configuration of its replica, enters with the next pass over the stored series: at once where
 * that is short work, else in slices between other work, and no sooner after the pass before than
 * four times what that took, so that no order of arrival makes the server reread for ever.
 *
 * <p>Confined to the writer's thread.
 */
final class RecordedSeries {
  /** Numbers that are read again at once. */
  private static final long SHORT_WORK = 20_000;

  /** Rows read between other work. */
  private static final int SLICE = 5_000;

  private static final long REST = 4;

  /** Error and time are estimated anew when a series has grown by this part of it. */
  private static final long REFRESH = 1_000;

  private static final long NONE = -1;

  private final MeasurementStore.Stored stored;

  /** By replica: the highest configuration that is durable, and with the transaction at hand. */
  private final Map<Long, long[]> highest = new HashMap<>();

  private SeriesEstimator estimator;
  private @Nullable Pass pass;
  private long late;
  private long passesNanos;
  private long notBefore = System.nanoTime();
  private boolean measured;
  private List<ComponentEstimate> estimates = List.of();
  private List<Alarm> alarms = List.of();

  RecordedSeries(MeasurementStore.Stored stored) {
    this.stored = stored;
    this.estimator = SeriesEstimator.create(stored);
  }

  MeasurementStore.Stored stored() {
    return stored;
  }

  /** Chains seen, those of the transaction at hand included. */
  int replicas() {
    return highest.size();
  }

  /** Whether a chain was seen. */
  boolean knows(long replica) {
    return highest.containsKey(replica);
  }

  /** The highest configuration of a replica, with the transaction at hand; -1 for none. */
  long highest(long replica) {
    long[] both = highest.get(replica);
    return both == null ? NONE : both[1];
  }

  /** A measurement became part of the transaction at hand. */
  void raise(long replica, long configuration) {
    long[] both = highest.computeIfAbsent(replica, r -> new long[] {NONE, NONE});
    both[1] = Math.max(both[1], configuration);
  }

  /** The transaction is durable. */
  void committed() {
    highest.values().forEach(both -> both[0] = both[1]);
  }

  /** The transaction is forgotten. */
  void rolledBack() {
    highest.values().removeIf(both -> both[0] == NONE);
    highest.values().forEach(both -> both[1] = both[0]);
  }

  /** Feeds a durable measurement with a higher configuration than those of its replica before. */
  void feed(long replica, long configuration, double logWeight, double[] values) {
    estimator.add(replica, logWeight, values);
    if (pass != null && pass.isBeyond(replica, configuration)) {
      pass.estimator.add(replica, logWeight, values);
    }
  }

  /** A durable measurement came late; a pass that has yet to come by will read it. */
  void late(long replica, long configuration) {
    if (pass == null || pass.isBeyond(replica, configuration)) {
      late++;
    }
  }

  /** Whether a pass over the series is due or under way. */
  boolean isBehind() {
    return late > 0 || pass != null;
  }

  /** Nanoseconds until a pass may begin or go on; 0 for at once. */
  long rest(long nanoTime) {
    return pass != null ? 0 : Math.max(0, notBefore - nanoTime);
  }

  /** Catches up if that is short work. */
  void catchUpShortly(MeasurementStore store) throws StoreException {
    while (isBehind() && (estimator.count() + late) * stored.components() <= SHORT_WORK) {
      step(store);
    }
  }

  /** Reads one slice of the series again. */
  void step(MeasurementStore store) throws StoreException {
    long start = System.nanoTime();
    Pass running = pass;
    if (running == null) {
      running = new Pass(SeriesEstimator.create(stored));
      pass = running;
      late = 0;
      passesNanos = 0;
    }
    Pass reading = running;
    int read =
        store.page(stored.number(), reading.replica, reading.configuration, SLICE, reading::take);
    long now = System.nanoTime();
    passesNanos += now - start;
    if (read < SLICE) {
      estimator = running.estimator;
      pass = null;
      measured = false;
      notBefore = now + REST * passesNanos;
    }
  }

  /** The series as it stands. */
  SeriesSnapshot snapshot() {
    long count = estimator.count();
    long before = estimates.isEmpty() ? 0 : estimates.get(0).count();
    if (!measured || count - before > before / REFRESH) {
      List<ComponentEstimate> fresh = new ArrayList<>(stored.components());
      for (int c = 0; c < stored.components(); c++) {
        fresh.add(estimator.estimate(c));
      }
      estimates = List.copyOf(fresh);
      alarms = List.copyOf(estimator.alarms());
      measured = true;
      return new SeriesSnapshot(stored.name(), estimates, alarms);
    }
    List<ComponentEstimate> moved = new ArrayList<>(stored.components());
    for (int c = 0; c < stored.components(); c++) {
      moved.add(estimates.get(c).at(estimator.mean(c), count));
    }
    return new SeriesSnapshot(stored.name(), List.copyOf(moved), alarms);
  }

  /** A pass over the stored series, in order, into new estimators. */
  private static final class Pass {
    final SeriesEstimator estimator;
    long replica = NONE;
    long configuration = NONE;

    Pass(SeriesEstimator estimator) {
      this.estimator = estimator;
    }

    /** Whether the pass has gone by where a configuration is stored. */
    boolean isBeyond(long otherReplica, long otherConfiguration) {
      return otherReplica < replica
          || otherReplica == replica && otherConfiguration <= configuration;
    }

    void take(MeasurementStore.Row row) {
      estimator.add(row.replica(), row.logWeight(), row.numbers());
      replica = row.replica();
      configuration = row.configuration();
    }
  }
}
