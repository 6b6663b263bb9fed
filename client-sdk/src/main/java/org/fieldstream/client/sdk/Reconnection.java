package org.fieldstream.client.sdk;

import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What lies between a call that broke and the next one: a wait, or giving up. On one context. */
final class Reconnection {
  private final Strand strand;
  private final ClientOptions options;
  private final OutageListener listener;
  private final Attempts attempts;
  private long timer = -1;

  Reconnection(Strand strand, ClientOptions options, OutageListener listener) {
    this.strand = strand;
    this.options = options;
    this.listener = listener;
    this.attempts = new Attempts(options.retry());
  }

  /** The server answered, if only that it cannot serve now. */
  void answered() {
    attempts.answered();
  }

  /** There was progress: the next failure is a first one. */
  void progress() {
    attempts.progress();
  }

  /**
   * Runs something after a wait, and tells the listener.
   *
   * @return null, or what to fail with where the patience is at its end
   */
  @Nullable FieldstreamException after(String reason, Runnable again) {
    Duration wait = attempts.failed();
    if (wait == null) {
      return new FieldstreamException(
          GrpcStatus.UNAVAILABLE,
          "server: %s (%s), given up after %s"
              .formatted(options.address(), reason, attempts.count()),
          "server");
    }
    listener.interrupted(reason, wait);
    timer =
        strand
            .vertx()
            .setTimer(
                wait.toMillis(),
                ignored -> {
                  timer = -1;
                  again.run();
                });
    return null;
  }

  /** Whether it waits for the next attempt. */
  boolean isWaiting() {
    return timer >= 0;
  }

  /** Waits no more. */
  void cancel() {
    if (timer >= 0) {
      strand.vertx().cancelTimer(timer);
      timer = -1;
    }
  }
}
