package org.fieldstream.monitoring.meters;

import io.micrometer.core.instrument.Clock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that goes when told. */
final class FakeClock implements Clock {
  // Near the end of long, as System.nanoTime may be.
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(5));

  void advanceSeconds(long seconds) {
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }

  @Override
  public long wallTime() {
    return 1_700_000_000_000L;
  }

  @Override
  public long monotonicTime() {
    return nanos.get();
  }
}
