package org.fieldstream.server.session;

import java.util.List;
import org.fieldstream.monitoring.alarms.Alarm;
import org.fieldstream.monitoring.alarms.AlarmKind;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.FieldShape;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.Theory;

/**
 * A checked request: everything that is decided about a stream before it computes.
 *
 * @param model what draws
 * @param target what is sampled, complete
 * @param theory the target's theory, for observables; used by the device's thread only
 * @param shape shape of one configuration
 * @param exactness the label of the stream
 * @param seed stream seed
 * @param first index of the first configuration to send
 * @param acceptedDraw index of the draw the Metropolis chain stands at; only where {@code first} is
 *     positive and the stream is Metropolis on draws
 * @param end one past the last index; {@link #MAX_INDEX} for an endless stream
 * @param firstBatch configurations in the first message, 1 to {@code batchSize}
 * @param batchSize configurations in every other, at least 1; the last has what is left
 * @param precision number format of the fields
 * @param observables positions of the wanted observables in {@link Theory#observables()}
 * @param omitFields whether fields stay out of the messages
 * @param levels levels of noise at which each configuration is sent too
 * @param digest digest to put into messages, {@code sha256:} and 64 hexadecimal digits
 * @param binding what a resume token of this stream is bound to
 */
public record StreamPlan(
    Model model,
    Target target,
    Theory theory,
    FieldShape shape,
    Exactness exactness,
    long seed,
    long first,
    long acceptedDraw,
    long end,
    int firstBatch,
    int batchSize,
    Precision precision,
    List<Integer> observables,
    boolean omitFields,
    WatchedLevels levels,
    String digest,
    StreamBinding binding) {
  /** Indices of a stream are below this; draws of the burn-in are counted from here on. */
  public static final long MAX_INDEX = 1L << 62;

  /**
   * Room for what a message holds besides its configurations: header, shape, digest, token, and an
   * alarm of each kind.
   */
  private static final int MESSAGE_OVERHEAD =
      512 + AlarmKind.values().length * (Alarm.MAX_SENTENCE + 32);

  /** What a level of noise adds to a message beside its fields, all that is told of it once. */
  static final long BYTES_PER_LEVEL = 16;

  /**
   * Most bytes that one configuration adds to a message.
   *
   * @param fieldsEach fields that are sent of it
   */
  public static long bytesPerConfiguration(
      FieldShape shape, Precision precision, int observables, int fieldsEach) {
    long fields = (long) fieldsEach * shape.size() * precision.bytes();
    return fields + 8 + 8 + 1 + 8L * observables;
  }

  /**
   * Fields that go out with one configuration.
   *
   * @param levels levels of noise among them
   */
  static int fieldsEach(boolean omitFields, WatchedLevels levels) {
    return (omitFields ? 0 : 1) + levels.count();
  }

  /** Configurations in the message that begins with the given one. */
  int messageSize(long index) {
    return (int) Math.min(index == first ? firstBatch : batchSize, end - index);
  }

  /** Most bytes of a message of so many configurations: what it is charged in the byte budget. */
  public long messageBytes(int configurations) {
    return MESSAGE_OVERHEAD
        + 64L * observables.size()
        + BYTES_PER_LEVEL * levels.count()
        + configurations
            * bytesPerConfiguration(
                shape, precision, observables.size(), fieldsEach(omitFields, levels));
  }

  /** Names of the observables to send. */
  public List<String> observableNames() {
    return observables.stream().map(theory.observables()::get).toList();
  }

  /** Whether the stream's Metropolis test is ours, on independent draws. */
  boolean metropolisOnDraws() {
    return model instanceof Model.Draws && exactness == Exactness.METROPOLIS;
  }

  /** Draws before configuration 0: the burn-in of a Metropolis test of ours, else none. */
  int burnIn() {
    return burnIn(model, exactness);
  }

  static int burnIn(Model model, Exactness exactness) {
    return model instanceof Model.Draws draws && exactness == Exactness.METROPOLIS
        ? draws.burnIn()
        : 0;
  }
}
