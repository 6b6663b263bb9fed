package org.fieldstream.monitoring.meters;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.LongAdder;

/** Meters of one compute device. Thread-safe. */
public final class DeviceMeters {
  private final LongAdder busyNanos = new LongAdder();

  DeviceMeters(MeterRegistry registry, String device) {
    FunctionCounter.builder("fieldstream.device.busy", this, d -> d.busyNanos.sum() / 1e9)
        .description("Time the device's worker spent computing.")
        .baseUnit("seconds")
        .tag("device", device)
        .register(registry);
  }

  /**
   * Adds time spent computing.
   *
   * @param nanos nanoseconds, at least 0
   */
  public void busy(long nanos) {
    if (nanos < 0) {
      throw new IllegalArgumentException("nanos: " + nanos + " (expected: >= 0)");
    }
    busyNanos.add(nanos);
  }
}
