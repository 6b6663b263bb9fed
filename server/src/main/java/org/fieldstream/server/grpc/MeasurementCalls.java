package org.fieldstream.server.grpc;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.measurement.MeasurementWriter;
import org.jspecify.annotations.Nullable;

/**
 * The open calls that record or watch measurements: how many are let in, and how they end when the
 * server does. Safe for use by several threads.
 */
public final class MeasurementCalls {
  /** An open call. Its methods may be called by any thread. */
  interface Open {
    /** Ends it as soon as all that was received is answered. */
    void drain();

    /** Breaks it off. */
    void reset();
  }

  private static final Duration RETRY = Duration.ofSeconds(5);

  private final int most;
  private final Set<Open> running = ConcurrentHashMap.newKeySet();
  private @Nullable Promise<Void> drained;

  /**
   * No calls yet.
   *
   * @param most how many there may be at a time
   */
  public MeasurementCalls(int most) {
    this.most = most;
  }

  /** Calls open now. */
  public int active() {
    return running.size();
  }

  /**
   * Lets a call in.
   *
   * @throws ServiceException if the server drains or has too many
   */
  synchronized void admit(Open call) {
    if (drained != null) {
      throw MeasurementWriter.draining();
    }
    if (running.size() >= most) {
      throw ServiceException.retryable(
          ErrorCode.QUOTA_EXCEEDED,
          "calls: %d record or watch measurements (expected: at most %d, measurement.maxCalls)"
              .formatted(running.size(), most),
          RETRY);
    }
    running.add(call);
  }

  synchronized void left(Open call) {
    running.remove(call);
    if (drained != null && running.isEmpty()) {
      drained.tryComplete();
    }
  }

  /**
   * Turns new calls away and ends the open ones in order.
   *
   * @return completes when none is left
   */
  public Future<Void> drain() {
    Promise<Void> promise;
    synchronized (this) {
      if (drained == null) {
        drained = Promise.promise();
      }
      promise = drained;
      if (running.isEmpty()) {
        promise.tryComplete();
      }
    }
    running.forEach(Open::drain);
    return promise.future();
  }

  /** Breaks off what is still open. */
  public void reset() {
    running.forEach(Open::reset);
  }
}
