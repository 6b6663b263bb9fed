package org.fieldstream.monitoring.meters;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** Meters of one stored ensemble. Thread-safe. */
public final class EnsembleMeters {
  private final Counter stored;
  private final Counter duplicates;
  private final Counter refused;
  private volatile double size = Double.NaN;
  private volatile double bytes = Double.NaN;

  EnsembleMeters(MeterRegistry registry, String ensemble) {
    stored = outcome(registry, ensemble, "stored");
    duplicates = outcome(registry, ensemble, "duplicate");
    refused = outcome(registry, ensemble, "refused");
    Gauge.builder("fieldstream.ensemble.configurations", this, m -> m.size)
        .description("Configurations in the ensemble.")
        .tag("ensemble", ensemble)
        .strongReference(true)
        .register(registry);
    Gauge.builder("fieldstream.ensemble.size", this, m -> m.bytes)
        .description("Bytes that the ensemble takes on disk.")
        .baseUnit("bytes")
        .tag("ensemble", ensemble)
        .strongReference(true)
        .register(registry);
  }

  private static Counter outcome(MeterRegistry registry, String ensemble, String outcome) {
    return Counter.builder("fieldstream.pushed.configurations")
        .description("Configurations that clients pushed, by what became of them.")
        .tag("ensemble", ensemble)
        .tag("outcome", outcome)
        .register(registry);
  }

  /** Counts configurations that clients pushed, by what became of them; each at least 0. */
  public void pushed(long newlyStored, long alreadyThere, long turnedDown) {
    stored.increment((double) newlyStored);
    duplicates.increment((double) alreadyThere);
    refused.increment((double) turnedDown);
  }

  /** Notes the size of the ensemble, in configurations and in bytes on disk. */
  public void size(long configurations, long onDisk) {
    size = configurations;
    bytes = onDisk;
  }
}
