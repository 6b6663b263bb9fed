package org.fieldstream.monitoring.meters;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Meters of the measurements that clients record: what became of them, how long it takes until they
 * are durable, and what waits. No label names a series or a client. Thread-safe.
 */
public final class MeasurementMeters {
  /** From a fast disk's cache to a disk in trouble. */
  private static final Duration[] COMMIT_BUCKETS = {
    Duration.ofNanos(250_000),
    Duration.ofMillis(1),
    Duration.ofMillis(4),
    Duration.ofMillis(16),
    Duration.ofMillis(64),
    Duration.ofMillis(250),
    Duration.ofSeconds(1),
    Duration.ofSeconds(4),
    Duration.ofSeconds(16)
  };

  private final Counter stored;
  private final Counter duplicates;
  private final Counter refused;
  private final Timer commits;
  private final AtomicLong queuedBytes = new AtomicLong();
  private final AtomicLong queuedRequests = new AtomicLong();
  private final AtomicLong series = new AtomicLong();

  MeasurementMeters(MeterRegistry registry) {
    stored = counter(registry, "stored");
    duplicates = counter(registry, "duplicate");
    refused = counter(registry, "refused");
    commits =
        Timer.builder("fieldstream.measurement.commit")
            .description("Time until a group of requests was durable, the disk's flush included.")
            .serviceLevelObjectives(COMMIT_BUCKETS)
            .register(registry);
    gauge(registry, "fieldstream.measurement.queue.requests", queuedRequests, "")
        .description("Requests received that are not stored yet.")
        .register(registry);
    gauge(registry, "fieldstream.measurement.queue", queuedBytes, "bytes")
        .description("Bytes of the requests received that are not stored yet.")
        .register(registry);
    gauge(registry, "fieldstream.measurement.series", series, "")
        .description("Series of recorded measurements.")
        .register(registry);
  }

  private static Counter counter(MeterRegistry registry, String outcome) {
    return Counter.builder("fieldstream.measurements.acknowledged")
        .description("Measurements answered after they were durable, by what became of them.")
        .tag("outcome", outcome)
        .register(registry);
  }

  private static Gauge.Builder<?> gauge(
      MeterRegistry registry, String name, AtomicLong value, String unit) {
    Gauge.Builder<?> gauge = Gauge.builder(name, value, AtomicLong::get).strongReference(true);
    return unit.isEmpty() ? gauge : gauge.baseUnit(unit);
  }

  /** A request entered the queue. */
  public void queued(long bytes) {
    queuedRequests.incrementAndGet();
    queuedBytes.addAndGet(bytes);
  }

  /** A request left the queue. */
  public void dequeued(long bytes) {
    queuedRequests.decrementAndGet();
    queuedBytes.addAndGet(-bytes);
  }

  /** A group of requests became durable. */
  public void committed(long nanos) {
    commits.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** A request was answered. */
  public void acknowledged(long storedNow, long duplicatesOfStored, long refusals) {
    stored.increment((double) storedNow);
    duplicates.increment((double) duplicatesOfStored);
    refused.increment((double) refusals);
  }

  /** How many series there are now. */
  public void series(long number) {
    series.set(number);
  }
}
