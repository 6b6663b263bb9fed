package org.fieldstream.server.measurement;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.fieldstream.server.error.Quote;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.measurement.MeasurementStore.Row;
import org.fieldstream.server.measurement.MeasurementStore.Stored;
import org.jspecify.annotations.Nullable;

/**
 * Requests that become durable together. Nothing reaches the estimates before it is durable, and
 * what is rolled back leaves no trace. Confined to the writer's thread.
 */
final class Transaction {
  /** What came of one request, if the transaction becomes durable. */
  record Applied(int stored, int duplicates, List<Refused> refused, Set<RecordedSeries> named) {}

  /** A measurement to feed once it is durable. */
  private record Entry(
      RecordedSeries series,
      long replica,
      long configuration,
      double logWeight,
      double[] values,
      boolean late) {}

  /** What one measurement may be. */
  private enum Fate {
    STORED,
    DUPLICATE
  }

  private final SeriesCatalog catalog;
  private final MeasurementStore store;
  private final Predicate<String> reserved;
  private final List<Entry> entries = new ArrayList<>();
  private final Set<RecordedSeries> touched = new LinkedHashSet<>();
  private final List<RecordedSeries> created = new ArrayList<>();

  /** Components of each chain that is new with this transaction, but for the first of a series. */
  private final List<Integer> chains = new ArrayList<>();

  private Transaction(SeriesCatalog catalog, MeasurementStore store, Predicate<String> reserved) {
    this.catalog = catalog;
    this.store = store;
    this.reserved = reserved;
  }

  /**
   * Begins a transaction.
   *
   * @param reserved names that are not for recorded series
   */
  static Transaction begin(
      SeriesCatalog catalog, MeasurementStore store, Predicate<String> reserved)
      throws StoreException {
    store.begin();
    return new Transaction(catalog, store, reserved);
  }

  /**
   * Adds a request.
   *
   * @throws ServiceException where a quota is used up; what was added before stays and makes
   *     duplicates of what is sent again
   */
  Applied apply(List<Measurement> measurements) throws StoreException {
    int storedNow = 0;
    int duplicates = 0;
    List<Refused> refused = new ArrayList<>();
    Set<RecordedSeries> named = new LinkedHashSet<>();
    for (Measurement measurement : measurements) {
      RecordedSeries series = catalog.find(measurement.series());
      String fault = Checks.fault(measurement, series == null ? null : series.stored());
      if (fault == null && series == null && reserved.test(measurement.series())) {
        fault =
            "series: "
                + Quote.of(measurement.series())
                + " (expected: a name that does not begin with a model's id and a slash; those are"
                + " what the server measures itself)";
      }
      if (fault == null) {
        RecordedSeries of = series == null ? create(measurement) : series;
        named.add(of);
        Fate fate = put(of, measurement);
        if (fate == Fate.STORED) {
          storedNow++;
        } else if (fate == Fate.DUPLICATE) {
          duplicates++;
        } else {
          refused.add(new Refused(measurement, Checks.otherValues(measurement)));
        }
      } else {
        refused.add(new Refused(measurement, fault));
        if (series != null) {
          named.add(series);
        }
      }
    }
    return new Applied(storedNow, duplicates, refused, named);
  }

  private RecordedSeries create(Measurement measurement) throws StoreException {
    RecordedSeries series =
        catalog.create(measurement.series(), measurement.values().length, measurement.weighted());
    created.add(series);
    store.add(series.stored());
    return series;
  }

  /** Stores a measurement unless it is there; null if other values are. */
  private @Nullable Fate put(RecordedSeries series, Measurement measurement) throws StoreException {
    Stored stored = series.stored();
    long replica = measurement.replica();
    long configuration = measurement.configuration();
    Row row =
        new Row(
            stored.number(),
            replica,
            configuration,
            measurement.weighted(),
            measurement.logWeight(),
            bytes(measurement.values()));
    boolean late = configuration <= series.highest(replica);
    if (late) {
      Row there = store.find(stored.number(), replica, configuration);
      if (there != null) {
        return there.says(row) ? Fate.DUPLICATE : null;
      }
    } else if (!series.knows(replica) && series.replicas() > 0) {
      catalog.reserve(stored.components());
      chains.add(stored.components());
    }
    store.add(row);
    touched.add(series);
    series.raise(replica, configuration);
    entries.add(
        new Entry(
            series, replica, configuration, measurement.logWeight(), measurement.values(), late));
    return Fate.STORED;
  }

  private static byte[] bytes(double[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(values);
    return bytes.array();
  }

  /** Makes it all durable and feeds the estimates. */
  void commit() throws StoreException {
    store.commit();
    touched.forEach(RecordedSeries::committed);
    for (Entry entry : entries) {
      if (entry.late()) {
        entry.series().late(entry.replica(), entry.configuration());
      } else {
        entry
            .series()
            .feed(entry.replica(), entry.configuration(), entry.logWeight(), entry.values());
      }
    }
  }

  /** Forgets it all. */
  void rollback() throws StoreException {
    touched.forEach(RecordedSeries::rolledBack);
    created.forEach(catalog::remove);
    chains.forEach(catalog::release);
    store.rollback();
  }

  /** The series that have new measurements. */
  Set<RecordedSeries> touched() {
    return touched;
  }
}
