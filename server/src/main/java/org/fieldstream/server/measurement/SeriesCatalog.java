package org.fieldstream.server.measurement;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;
import org.jspecify.annotations.Nullable;

/**
 * All series of a store, and what their estimates may cost. Confined to the writer's thread; {@link
 * SeriesBoard} is what others see.
 */
final class SeriesCatalog {
  /**
   * Bytes of the estimates of one component of one replica: 20 levels of a multi-tau correlator at
   * 10^6 measurements and the bins of a watch, or the bins of a reweighted mean.
   */
  static final long BYTES_PER_CHAIN = 28 << 10;

  private final MeasurementLimits limits;
  private final SeriesBoard board;
  private final Map<String, RecordedSeries> byName = new HashMap<>();
  private final Set<RecordedSeries> behind = new LinkedHashSet<>();
  private int highestNumber;
  private long bytes;

  SeriesCatalog(MeasurementLimits limits, SeriesBoard board) {
    this.limits = limits;
    this.board = board;
  }

  /**
   * Reads a store from its beginning to its end.
   *
   * @return measurements read
   */
  long load(MeasurementStore store) throws StoreException {
    Map<Integer, RecordedSeries> byNumber = new HashMap<>();
    for (MeasurementStore.Stored stored : store.series()) {
      RecordedSeries series = new RecordedSeries(stored);
      byNumber.put(stored.number(), series);
      byName.put(stored.name(), series);
      highestNumber = Math.max(highestNumber, stored.number());
    }
    long[] count = {0};
    store.replay(
        row -> {
          RecordedSeries series = byNumber.get(row.series());
          if (series != null) {
            series.raise(row.replica(), row.configuration());
            series.feed(row.replica(), row.configuration(), row.logWeight(), row.numbers());
            count[0]++;
          }
        });
    for (RecordedSeries series : byName.values()) {
      series.committed();
      bytes += series.replicas() * cost(series.stored().components());
      board.show(series.snapshot());
    }
    return count[0];
  }

  int size() {
    return byName.size();
  }

  @Nullable RecordedSeries find(String name) {
    return byName.get(name);
  }

  /**
   * A new series, part of the transaction at hand.
   *
   * @throws ServiceException where there are too many
   */
  RecordedSeries create(String name, int components, boolean weighted) {
    if (byName.size() >= limits.maxSeries()) {
      throw ServiceException.of(
          ErrorCode.QUOTA_EXCEEDED,
          "series: %d are kept (expected: at most %d; record into those, or raise measurement.maxSeries)"
              .formatted(byName.size(), limits.maxSeries()));
    }
    reserve(components);
    highestNumber++;
    RecordedSeries series =
        new RecordedSeries(new MeasurementStore.Stored(highestNumber, name, components, weighted));
    byName.put(name, series);
    return series;
  }

  /**
   * Room for the estimates of one more chain of a series.
   *
   * @throws ServiceException where there is none
   */
  void reserve(int components) {
    if (bytes + cost(components) > limits.estimatorBytes()) {
      throw ServiceException.of(
          ErrorCode.QUOTA_EXCEEDED,
          ("estimates: %d bytes are taken, one more chain of %d components needs %d (expected: at"
                  + " most %d; record fewer series, replicas or components, or raise"
                  + " measurement.estimatorBytes)")
              .formatted(bytes, components, cost(components), limits.estimatorBytes()));
    }
    bytes += cost(components);
  }

  /** A series of a transaction that is forgotten. */
  void remove(RecordedSeries series) {
    byName.remove(series.stored().name());
    release(series.stored().components());
  }

  void release(int components) {
    bytes -= cost(components);
  }

  private static long cost(int components) {
    return components * BYTES_PER_CHAIN;
  }

  /** Shows a series as it stands, and catches up with what came late if that is short work. */
  SeriesSnapshot refresh(RecordedSeries series, MeasurementStore store) throws StoreException {
    series.catchUpShortly(store);
    if (series.isBehind()) {
      behind.add(series);
    }
    SeriesSnapshot snapshot = series.snapshot();
    board.show(snapshot);
    return snapshot;
  }

  /** Nanoseconds until there is something to catch up with, 0 for now; null for nothing. */
  @Nullable Long catchUpIn() {
    Long soonest = null;
    long now = System.nanoTime();
    for (RecordedSeries series : behind) {
      long in = series.rest(now);
      soonest = soonest == null ? in : Math.min(soonest, in);
    }
    return soonest;
  }

  /** Catches up a little. */
  void catchUp(MeasurementStore store) throws StoreException {
    long now = System.nanoTime();
    for (RecordedSeries series : new ArrayList<>(behind)) {
      if (series.rest(now) == 0) {
        series.step(store);
        if (!series.isBehind()) {
          behind.remove(series);
        }
        board.show(series.snapshot());
        return;
      }
    }
  }

  /** Names of all series, for tests and listings. */
  List<String> names() {
    return List.copyOf(byName.keySet());
  }
}
