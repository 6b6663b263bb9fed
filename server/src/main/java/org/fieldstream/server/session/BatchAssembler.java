package org.fieldstream.server.session;

import java.util.Arrays;
import java.util.List;
import org.fieldstream.monitoring.alarms.Alarm;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.Model;

/** Collects consecutive configurations into a message. Used by the device's thread only. */
final class BatchAssembler {
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
  private FieldBytes fields = FieldBytes.NONE;
  private FieldBytes levels = FieldBytes.NONE;

  BatchAssembler(StreamPlan plan) {
    this.plan = plan;
    this.weighted = plan.model() instanceof Model.Draws draws && draws.hasLogDensity();
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
      fields.put(count, sample.fields(), sample.offset());
    }
    int each = plan.levels().count();
    for (int k = 0; k < each; k++) {
      levels.put(count * each + k, sample.levels()[k], sample.offset());
    }
    count++;
    return count == capacity;
  }

  /** The full message; the next one begins empty. */
  StreamBatch take(byte[] resumeToken, List<Alarm> alarms) {
    StreamBatch batch =
        new StreamBatch(
            firstIndex,
            count,
            action,
            logWeight,
            accepted,
            observables,
            alarms,
            resumeToken,
            levels.crc32c(),
            levels,
            fields.crc32c(),
            fields);
    clear();
    return batch;
  }

  /** Gives up the message that is begun. */
  void drop() {
    fields.giveBack();
    levels.giveBack();
    clear();
  }

  private void clear() {
    count = 0;
    capacity = 0;
    fields = FieldBytes.NONE;
    levels = FieldBytes.NONE;
  }

  private void begin(long index) {
    firstIndex = index;
    capacity = plan.messageSize(index);
    action = new double[capacity];
    logWeight = weighted ? new double[capacity] : new double[0];
    accepted = judged ? new boolean[capacity] : new boolean[0];
    observables = new double[plan.observables().size()][];
    Arrays.setAll(observables, k -> new double[capacity]);
    if (!plan.omitFields()) {
      fields = FieldBytes.room(plan.precision(), plan.shape().size(), capacity);
    }
    if (!plan.levels().isEmpty()) {
      int slots = capacity * plan.levels().count();
      levels = FieldBytes.room(plan.precision(), plan.shape().size(), slots);
    }
  }
}
