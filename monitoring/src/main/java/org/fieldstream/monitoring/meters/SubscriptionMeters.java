package org.fieldstream.monitoring.meters;

/**
 * One open subscription: bytes it holds for its client, and waits for the client to read on. Has no
 * label of its own; it enters the totals and maxima. Thread-safe.
 */
public final class SubscriptionMeters implements AutoCloseable {
  private final Subscriptions all;
  private volatile long heldBytes;
  private volatile long preparingBytes;

  /** Guarded by {@link #all}. */
  private boolean waiting;

  /** Guarded by {@link #all}. */
  private long waitStartNanos;

  /** Guarded by {@link #all}. */
  private boolean closed;

  SubscriptionMeters(Subscriptions all) {
    this.all = all;
  }

  /**
   * Sets the bytes of messages written for the client and not yet taken by the network.
   *
   * @param bytes at least 0
   */
  public void heldBytes(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes: " + bytes + " (expected: >= 0)");
    }
    heldBytes = bytes;
    all.peak(bytes);
  }

  /**
   * The network took a message.
   *
   * @param bytes its size, at least 0
   */
  public void sent(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes: " + bytes + " (expected: >= 0)");
    }
    all.sent(bytes);
  }

  /**
   * Sets how many of the bytes held are of messages that are still being made.
   *
   * @param bytes at least 0
   */
  public void preparingBytes(long bytes) {
    preparingBytes = bytes;
  }

  /** Bytes of messages that are made and that the network has not taken. */
  public long unsentBytes() {
    return Math.max(0, heldBytes - preparingBytes);
  }

  /** Bytes held now. */
  public long heldBytes() {
    return heldBytes;
  }

  /**
   * The session stopped computing because the client does not read; a second call changes nothing.
   */
  public void waitBegan() {
    synchronized (all) {
      if (!waiting && !closed) {
        waiting = true;
        waitStartNanos = all.waitBegan();
      }
    }
  }

  /** The client reads again; without a wait that began, nothing changes. */
  public void waitEnded() {
    synchronized (all) {
      if (waiting) {
        waiting = false;
        all.waitEnded(waitStartNanos);
      }
    }
  }

  /** How long the session has been waiting for its client, in seconds; 0 while it does not. */
  public double waitingSeconds() {
    synchronized (all) {
      return waiting ? all.secondsSince(waitStartNanos) : 0;
    }
  }

  /** The subscription ended; a second call changes nothing. */
  @Override
  public void close() {
    synchronized (all) {
      waitEnded();
      if (!closed) {
        closed = true;
        all.closed(this);
      }
    }
  }
}
