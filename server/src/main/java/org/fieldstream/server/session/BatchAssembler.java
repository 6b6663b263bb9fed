package org.fieldstream.server.session;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.Model;

/** Collects consecutive configurations into a message. Used by the device's thread only. */
final class BatchAssembler {
  private static final byte[] NO_BYTES = {};

  private final StreamPlan plan;
  private final boolean weighted;
  private final boolean judged;
  private int capacity;
  private int count;
  private long firstIndex;
  private double[] action = {};
  private double[] logWeight = {};
  private boolean[] accepted = {};
  private double[][] observables = {};
  private byte[] fields = NO_BYTES;
  private ByteBuffer bytes = ByteBuffer.wrap(NO_BYTES);

  BatchAssembler(StreamPlan plan) {
    this.plan = plan;
    this.weighted = plan.model() instanceof Model.Draws;
    this.judged =
        plan.exactness() == Exactness.METROPOLIS || plan.exactness() == Exactness.LANGEVIN_ADJUSTED;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** Configurations that still fit into the message that is begun. */
  int room() {
    return capacity - count;
  }

  /**
   * Adds configuration {@code index}.
   *
   * @return whether the message is full
   */
  boolean add(long index, Sample sample, boolean wasAccepted) {
    if (count == 0) {
      begin(index);
    }
    action[count] = sample.action();
    if (weighted) {
      logWeight[count] = sample.logWeight();
    }
    if (judged) {
      accepted[count] = wasAccepted;
    }
    for (int k = 0; k < observables.length; k++) {
      observables[k][count] = sample.observables()[plan.observables().get(k)];
    }
    if (!plan.omitFields()) {
      put(sample.fields(), sample.offset());
    }
    count++;
    return count == capacity;
  }

  /** The full message; the next one begins empty. */
  StreamBatch take(byte[] resumeToken) {
    CRC32C crc = new CRC32C();
    crc.update(fields, 0, fields.length);
    StreamBatch batch =
        new StreamBatch(
            firstIndex,
            count,
            action,
            logWeight,
            accepted,
            observables,
            resumeToken,
            (int) crc.getValue(),
            fields);
    count = 0;
    capacity = 0;
    fields = NO_BYTES;
    bytes = ByteBuffer.wrap(NO_BYTES);
    return batch;
  }

  private void begin(long index) {
    firstIndex = index;
    capacity = (int) Math.min(plan.batchSize(), plan.end() - index);
    action = new double[capacity];
    logWeight = weighted ? new double[capacity] : new double[0];
    accepted = judged ? new boolean[capacity] : new boolean[0];
    observables = new double[plan.observables().size()][];
    Arrays.setAll(observables, k -> new double[capacity]);
    if (!plan.omitFields()) {
      fields = new byte[Math.multiplyExact(capacity, sampleBytes())];
      bytes = ByteBuffer.wrap(fields).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  private int sampleBytes() {
    return Math.multiplyExact(plan.shape().size(), plan.precision().bytes());
  }

  private void put(float[] values, int offset) {
    int size = plan.shape().size();
    bytes.position(count * sampleBytes());
    switch (plan.precision()) {
      case FLOAT32 -> bytes.asFloatBuffer().put(values, offset, size);
      case FLOAT64 -> {
        for (int i = 0; i < size; i++) {
          bytes.putDouble(values[offset + i]);
        }
      }
    }
  }
}
