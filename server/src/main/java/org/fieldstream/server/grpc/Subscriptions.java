package org.fieldstream.server.grpc;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;
import org.jspecify.annotations.Nullable;

/**
 * The running subscriptions: how many are let in, and what they hold. What all of them may hold is
 * bounded at the door, so that no stalled client can take memory from a reading one. Safe for use
 * by several threads.
 */
public final class Subscriptions {
  /**
   * Bounds.
   *
   * @param bytesPerSubscription bytes a subscription may hold: in preparation, ready, and written
   *     but not yet on the network; one message is always allowed
   * @param bytesTotal bytes all subscriptions together may hold
   * @param maxSubscriptions how many there may be
   * @param patience how long a client may take to read what was written before its deadline passed
   */
  public record Bounds(
      long bytesPerSubscription, long bytesTotal, int maxSubscriptions, Duration patience) {}

  private static final Duration RETRY = Duration.ofSeconds(5);

  private final Bounds bounds;
  private final Set<PacedCall> running = ConcurrentHashMap.newKeySet();
  private final AtomicLong peak = new AtomicLong();
  private @Nullable Promise<Void> drained;

  /** No subscriptions yet. */
  public Subscriptions(Bounds bounds) {
    this.bounds = bounds;
  }

  /** The bounds. */
  public Bounds bounds() {
    return bounds;
  }

  /** Subscriptions running now. */
  public int active() {
    return running.size();
  }

  /** Bytes held by the subscription that holds most. */
  public long maxHeldBytes() {
    return running.stream().mapToLong(PacedCall::heldBytes).max().orElse(0);
  }

  /** Bytes held by all together. */
  public long totalHeldBytes() {
    return running.stream().mapToLong(PacedCall::heldBytes).sum();
  }

  /** The most bytes any one subscription ever held. */
  public long peakHeldBytes() {
    return peak.get();
  }

  /** Whether new subscriptions are turned away. */
  public synchronized boolean isDraining() {
    return drained != null;
  }

  /**
   * Lets a subscription in.
   *
   * @param bytes what it may hold
   * @throws ServiceException if the server drains or a quota is used up
   */
  synchronized void admit(PacedCall subscription) {
    if (drained != null) {
      throw ServiceException.retryable(
          ErrorCode.DRAINING, "the server is shutting down; subscribe again later", RETRY);
    }
    int active = running.size();
    if (active >= bounds.maxSubscriptions()) {
      throw full(active, bounds.maxSubscriptions() + " at a time");
    }
    if ((active + 1) * bounds.bytesPerSubscription() > bounds.bytesTotal()) {
      throw full(
          active,
          "%d at a time, %d bytes each of %d"
              .formatted(
                  bounds.bytesTotal() / bounds.bytesPerSubscription(),
                  bounds.bytesPerSubscription(),
                  bounds.bytesTotal()));
    }
    running.add(subscription);
  }

  private static ServiceException full(int active, String expected) {
    return ServiceException.retryable(
        ErrorCode.QUOTA_EXCEEDED,
        "subscriptions: " + active + " running (expected: at most " + expected + ")",
        RETRY);
  }

  void held(long bytes) {
    peak.accumulateAndGet(bytes, Math::max);
  }

  synchronized void left(PacedCall subscription) {
    running.remove(subscription);
    if (drained != null && running.isEmpty()) {
      drained.tryComplete();
    }
  }

  /**
   * Turns new subscriptions away and lets the running ones end after the message they are at.
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
    running.forEach(PacedCall::drain);
    return promise.future();
  }

  /** Breaks off what is still running. */
  public void reset() {
    running.forEach(PacedCall::reset);
  }
}
