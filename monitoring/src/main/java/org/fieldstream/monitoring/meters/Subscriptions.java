package org.fieldstream.monitoring.meters;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/**
 * All subscriptions together. Waits are guarded by this object's lock, so that the seconds waited,
 * which include waits that still last, never go down.
 */
final class Subscriptions {
  private final Clock clock;
  private final Set<SubscriptionMeters> open = ConcurrentHashMap.newKeySet();
  private final LongAccumulator peakBytes = new LongAccumulator(Math::max, 0);
  private final LongAdder sentBytes = new LongAdder();
  private long waits;
  private long waitingNow;
  private long endedNanos;
  private long startSumNanos;

  Subscriptions(MeterRegistry registry) {
    clock = registry.config().clock();
    Gauge.builder("fieldstream.active.subscriptions", this, s -> s.open.size())
        .description("Subscriptions that are open.")
        .strongReference(true)
        .register(registry);
    Gauge.builder("fieldstream.subscription.held.max", this, Subscriptions::maxHeldBytes)
        .description("Bytes held for its client by the open subscription that holds most.")
        .baseUnit("bytes")
        .strongReference(true)
        .register(registry);
    Gauge.builder("fieldstream.subscription.held.peak", this, s -> s.peakBytes.get())
        .description("Most bytes that any subscription has held for its client since the start.")
        .baseUnit("bytes")
        .strongReference(true)
        .register(registry);
    FunctionCounter.builder("fieldstream.sent", this, s -> s.sentBytes.sum())
        .description("Bytes of messages with configurations that the network took.")
        .baseUnit("bytes")
        .register(registry);
    Gauge.builder("fieldstream.backpressured.subscriptions", this, Subscriptions::waitingNow)
        .description("Subscriptions that wait for their client to read.")
        .strongReference(true)
        .register(registry);
    FunctionCounter.builder("fieldstream.backpressure.waits", this, Subscriptions::waits)
        .description("Times a subscription stopped to wait for its client to read.")
        .register(registry);
    FunctionCounter.builder("fieldstream.backpressure.wait", this, Subscriptions::waitSeconds)
        .description("Time subscriptions waited for their clients to read, lasting waits included.")
        .baseUnit("seconds")
        .register(registry);
  }

  SubscriptionMeters open() {
    SubscriptionMeters subscription = new SubscriptionMeters(this);
    open.add(subscription);
    return subscription;
  }

  void closed(SubscriptionMeters subscription) {
    open.remove(subscription);
  }

  void sent(long bytes) {
    sentBytes.add(bytes);
  }

  void peak(long bytes) {
    peakBytes.accumulate(bytes);
  }

  /** Returns the time the wait began, to be handed to {@link #waitEnded}. */
  synchronized long waitBegan() {
    long now = clock.monotonicTime();
    waits++;
    waitingNow++;
    startSumNanos += now;
    return now;
  }

  synchronized void waitEnded(long startNanos) {
    waitingNow--;
    startSumNanos -= startNanos;
    endedNanos += clock.monotonicTime() - startNanos;
  }

  /** Seconds since a time that {@link #waitBegan} returned. */
  double secondsSince(long startNanos) {
    return (double) (clock.monotonicTime() - startNanos) / TimeUnit.SECONDS.toNanos(1);
  }

  private synchronized double waits() {
    return waits;
  }

  private synchronized double waitingNow() {
    return waitingNow;
  }

  private synchronized double waitSeconds() {
    // Sum over lasting waits of (now - start); wraps around correctly as long arithmetic does.
    long lasting = waitingNow * clock.monotonicTime() - startSumNanos;
    return (double) (endedNanos + lasting) / TimeUnit.SECONDS.toNanos(1);
  }

  private double maxHeldBytes() {
    long max = 0;
    for (SubscriptionMeters subscription : open) {
      max = Math.max(max, subscription.heldBytes());
    }
    return max;
  }
}
