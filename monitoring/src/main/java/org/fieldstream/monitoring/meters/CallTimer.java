package org.fieldstream.monitoring.meters;

import java.util.concurrent.atomic.AtomicBoolean;

/** One call being served. Thread-safe; only the first end counts. */
public final class CallTimer {
  private final FieldstreamMeters meters;
  private final String method;
  private final long startNanos;
  private final AtomicBoolean ended = new AtomicBoolean();

  CallTimer(FieldstreamMeters meters, String method, long startNanos) {
    this.meters = meters;
    this.method = method;
    this.startNanos = startNanos;
  }

  /**
   * The call ended.
   *
   * @param status its status, for example {@code OK} or {@code CANCELLED}; a bounded set
   */
  public void end(String status) {
    if (ended.compareAndSet(false, true)) {
      meters.callEnded(method, status, startNanos);
    }
  }
}
