package org.fieldstream.server.ensemble;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.fieldstream.monitoring.alarms.Alarm;
import org.fieldstream.server.ensemble.MeasuredBatch.Fate;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.session.Precision;
import org.fieldstream.server.theory.Theory;
import org.jspecify.annotations.Nullable;

/**
 * One client's configurations on their way into an ensemble: each batch is checked, measured and
 * appended; {@link #finish} makes all durable. Not thread-safe; may block on the disk.
 */
public final class Push implements AutoCloseable {
  /** Largest relative difference between an action sent and the one recomputed. */
  static final double TOLERANCE = 1e-5;

  private static final int MOST_REFUSALS = 100;

  private final EnsembleStore store;
  private final EnsembleWriter writer;
  private final EnsembleSpec spec;
  private final Theory theory;
  private final List<String> observables;
  private final List<Integer> shape = new ArrayList<>();
  private final int values;
  private final List<Refused> refusals = new ArrayList<>();
  private long received;
  private long stored;
  private long duplicates;
  private long refused;
  private double worstDeviation = Double.NaN;
  private boolean closed;

  /**
   * Why a configuration was not stored.
   *
   * @param reason {@code field: value (expected: ...)}
   */
  public record Refused(int replica, long id, String reason) {}

  /**
   * What became of the configurations pushed.
   *
   * @param received stored + duplicates + refused
   * @param refusals the first 100
   * @param worstActionDeviation relative; NaN where no action was sent
   * @param ensemble the ensemble as it is now
   */
  public record Summary(
      long received,
      long stored,
      long duplicates,
      long refused,
      List<Refused> refusals,
      double worstActionDeviation,
      Ensemble ensemble) {}

  Push(
      EnsembleStore store,
      EnsembleWriter writer,
      EnsembleSpec spec,
      Theory theory,
      List<String> observables) {
    this.store = store;
    this.writer = writer;
    this.spec = spec;
    this.theory = theory;
    this.observables = observables.isEmpty() ? theory.observables() : List.copyOf(observables);
    shape.add(theory.components());
    shape.addAll(theory.extents());
    values = EnsembleStore.values(theory);
  }

  /** What it is pushed into. */
  public EnsembleSpec spec() {
    return spec;
  }

  /**
   * What looks wrong with the ensemble, judged by the observables to be estimated.
   *
   * @param whole the ensemble, earlier pushes included
   */
  public List<Alarm> alarms(Ensemble whole) {
    return new EnsembleAlarms(whole).of(observables, theory.sectors());
  }

  /** Names of the observables to be estimated. */
  public List<String> observables() {
    return observables;
  }

  /**
   * Takes a batch.
   *
   * @throws ServiceException for a batch that is not whole: wrong shape or checksum; what came
   *     before stays
   */
  public void take(Batch batch) {
    check(batch);
    int n = batch.ids().length;
    int bytes = values * spec.precision().bytes();
    float[] fields = FieldValues.floats(batch.fields(), spec.precision());
    double[] exact =
        spec.precision() == Precision.FLOAT64 ? FieldValues.doubles(batch.fields()) : new double[0];
    int columns = theory.observables().size();
    double[] measured = new double[n * columns];
    double[] row = new double[columns];
    double[] action = new double[n];
    int[] crcs = new int[n];
    boolean[] wanted = new boolean[n];
    Arrays.fill(wanted, true);
    for (int i = 0; i < n; i++) {
      crcs[i] = FieldValues.crc32c(batch.fields(), i * bytes, bytes);
      action[i] =
          exact.length > 0 ? theory.action(exact, i * values) : theory.action(fields, i * values);
      String fault = fault(batch, i, fields, action[i]);
      if (fault != null) {
        wanted[i] = false;
        refuse(batch, i, fault);
      } else {
        theory.observe(fields, i * values, action[i], row);
        System.arraycopy(row, 0, measured, i * columns, columns);
      }
    }
    double[] logWeight = batch.logWeight().length == 0 ? new double[n] : batch.logWeight();
    append(
        batch,
        new MeasuredBatch(
            batch.replica(),
            batch.ids(),
            wanted,
            batch.fields(),
            crcs,
            action,
            logWeight,
            measured));
  }

  private void append(Batch batch, MeasuredBatch measured) {
    Fate[] fates = writer.append(measured);
    received += fates.length;
    for (int i = 0; i < fates.length; i++) {
      switch (fates[i]) {
        case STORED -> stored++;
        case DUPLICATE -> duplicates++;
        case TAKEN ->
            refuse(
                batch,
                i,
                "configuration_ids: %s of replica %s (expected: an id that is free, or the same bytes again; with other bytes it is stored already)"
                    .formatted(
                        Long.toUnsignedString(batch.ids()[i]),
                        Integer.toUnsignedString(batch.replica())));
        case UNWANTED -> {}
      }
    }
  }

  private void refuse(Batch batch, int i, String reason) {
    refused++;
    if (refusals.size() < MOST_REFUSALS) {
      refusals.add(new Refused(batch.replica(), batch.ids()[i], reason));
    }
  }

  /** What is wrong with one configuration; null if nothing. */
  private @Nullable String fault(Batch batch, int i, float[] fields, double action) {
    for (int x = i * values; x < (i + 1) * values; x++) {
      if (!Float.isFinite(fields[x])) {
        return "fields: %s at value %d of the configuration (expected: finite numbers, of binary32's range)"
            .formatted(fields[x], x - i * values);
      }
    }
    if (!Double.isFinite(action)) {
      return "fields: their action is %s (expected: finite)".formatted(action);
    }
    if (batch.logWeight().length > 0
        && (Double.isNaN(batch.logWeight()[i])
            || batch.logWeight()[i] == Double.POSITIVE_INFINITY)) {
      return "log_weight: %s (expected: finite, or -inf)".formatted(batch.logWeight()[i]);
    }
    if (batch.action().length > 0) {
      double sent = batch.action()[i];
      double scale = Math.max(Math.abs(action), Math.sqrt(values));
      double deviation = Math.abs(sent - action) / scale;
      if (!(worstDeviation >= deviation)) {
        worstDeviation = deviation;
      }
      // Written so that NaN is refused.
      if (!(deviation <= TOLERANCE)) {
        return "action: %s (expected: %s within %s relative, recomputed from the fields; check target, units of the field and order of the sites)"
            .formatted(sent, action, TOLERANCE);
      }
    }
    return null;
  }

  private void check(Batch batch) {
    int n = batch.ids().length;
    if (n == 0) {
      throw bad("configuration_ids", "none", "at least one");
    }
    for (int i = 1; i < n; i++) {
      if (Long.compareUnsigned(batch.ids()[i], batch.ids()[i - 1]) <= 0) {
        throw bad(
            "configuration_ids",
            Long.toUnsignedString(batch.ids()[i])
                + " after "
                + Long.toUnsignedString(batch.ids()[i - 1]),
            "strictly increasing");
      }
    }
    List<Integer> expected = new ArrayList<>();
    expected.add(n);
    expected.addAll(shape);
    if (!batch.shape().equals(expected)) {
      throw bad("shape", words(batch.shape()), words(expected));
    }
    long bytes = (long) n * values * spec.precision().bytes();
    if (batch.fields().capacity() != bytes) {
      throw bad(
          "fields",
          batch.fields().capacity() + " bytes",
          bytes + ", for shape " + words(expected) + " in " + spec.precision());
    }
    int crc = FieldValues.crc32c(batch.fields(), 0, batch.fields().capacity());
    if (crc != batch.crc32c()) {
      throw bad(
          "crc32c",
          "%08x".formatted(batch.crc32c()),
          "%08x, CRC-32C over the bytes of fields".formatted(crc));
    }
    if (batch.action().length != 0 && batch.action().length != n) {
      throw bad("action", batch.action().length + " numbers", n + ", or none");
    }
    boolean weighted = spec.exactness() == Exactness.REWEIGHT;
    if (batch.logWeight().length != (weighted ? n : 0)) {
      throw bad(
          "log_weight",
          batch.logWeight().length + " numbers",
          weighted
              ? n + ", one for each configuration, because exactness is REWEIGHT"
              : "none, because exactness is " + spec.exactness());
    }
  }

  private static String words(List<Integer> shape) {
    return shape.stream()
        .map(Integer::toUnsignedString)
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static ServiceException bad(String field, String value, String expected) {
    String path = "batch." + field;
    return ServiceException.field(
        ErrorCode.BAD_FIELD, path, path + ": " + value + " (expected: " + expected + ")");
  }

  /** Makes everything durable and says what became of it. */
  public Summary finish() {
    writer.commit();
    return new Summary(
        received,
        stored,
        duplicates,
        refused,
        List.copyOf(refusals),
        worstDeviation,
        store.find(spec.name()));
  }

  /** Keeps what came so far; a second call does nothing. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      store.release(spec.name());
    }
  }
}
