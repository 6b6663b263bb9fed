package org.fieldstream.server.live;

import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.fieldstream.monitoring.meters.SubscriptionMeters;
import org.fieldstream.server.session.MeteredStream;
import org.fieldstream.server.session.MeteredStreams;
import org.fieldstream.server.session.StreamMeters;

/**
 * The running streams, numbered from 1 in the order in which they began. Streams write on the
 * device's thread, one reader takes views; safe for use by several threads.
 */
public final class LiveStreams {
  private final MeteredStreams meters;
  private final LongSupplier clock;
  private final AtomicInteger begun = new AtomicInteger();
  private final ConcurrentSkipListMap<Integer, LiveStream> open = new ConcurrentSkipListMap<>();
  private volatile boolean watched;

  /**
   * No streams yet.
   *
   * @param meters where each stream's statistics are
   * @param clock monotonic time in nanoseconds
   */
  public LiveStreams(MeteredStreams meters, LongSupplier clock) {
    this.meters = meters;
    this.clock = clock;
  }

  /**
   * Meters for the streams of one subscription.
   *
   * @param subscription says what the subscription holds for its client
   */
  public StreamMeters of(SubscriptionMeters subscription) {
    return (plan, chains) -> {
      MeteredStream metered = meters.open(plan, chains);
      LiveStream stream =
          new LiveStream(begun.incrementAndGet(), plan, chains, metered, subscription, this);
      open.put(stream.number(), stream);
      return stream;
    };
  }

  /** Whether somebody looks: only then fields and traces are kept. */
  public boolean isWatched() {
    return watched;
  }

  /** Somebody looks from now on, or nobody any more: what was kept is dropped then. */
  public void watch(boolean now) {
    watched = now;
    if (!now) {
      open.values().forEach(LiveStream::forget);
    }
  }

  /** Whether a stream of a model runs. */
  public boolean runs(String model) {
    return open.values().stream().anyMatch(stream -> stream.isOf(model));
  }

  /** How many streams run. */
  public int running() {
    return open.size();
  }

  /**
   * What the streams that began first show now. Takes some microseconds a stream and observable:
   * not for an event loop.
   *
   * @param most how many streams at most
   */
  public List<StreamView> views(int most) {
    return open.values().stream().limit(most).map(LiveStream::view).toList();
  }

  long now() {
    return clock.getAsLong();
  }

  void closed(LiveStream stream) {
    open.remove(stream.number());
  }
}
