package org.fieldstream.server.session;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the device's thread: streams to be admitted, and work of no hurry. Whatever gets
 * in is seen by the thread, or told how it ends: the thread empties the inbox after {@link #close}.
 * Safe for use by several threads.
 */
final class DeviceInbox {
  /** Background work that may wait. */
  private static final int MOST_BACKGROUND = 64;

  /** How to admit what was taken on and not seen yet. */
  private final Deque<Runnable> arrivals = new ArrayDeque<>();

  /** In the order it came. */
  private final Deque<BackgroundWork> background = new ArrayDeque<>();

  private boolean closed;

  /** Takes on an admission; whether there is still a thread to see it. */
  synchronized boolean offer(Runnable admission) {
    if (!closed) {
      arrivals.addLast(admission);
    }
    return !closed;
  }

  /**
   * Takes on work of no hurry.
   *
   * @throws ServiceException if the inbox is closed, or too much of it waits
   */
  synchronized void offer(BackgroundWork work) {
    if (closed) {
      throw closing();
    }
    if (background.size() >= MOST_BACKGROUND) {
      throw ServiceException.retryable(
          ErrorCode.QUOTA_EXCEEDED,
          "certifications: %d wait (expected: fewer; try again)".formatted(MOST_BACKGROUND),
          Duration.ofSeconds(10));
    }
    background.addLast(work);
  }

  /** The next admission, taken out; null if there is none. */
  synchronized @Nullable Runnable arrived() {
    return arrivals.pollFirst();
  }

  /** The first work of no hurry, which stays until it is {@link #remove removed}; null for none. */
  synchronized @Nullable BackgroundWork background() {
    return background.peekFirst();
  }

  /** This work is done, or has failed. */
  synchronized void remove(BackgroundWork work) {
    background.remove(work);
  }

  /** Nothing more gets in. */
  synchronized void close() {
    closed = true;
  }

  /** What those are told that come too late. */
  static ServiceException closing() {
    return ServiceException.of(ErrorCode.DRAINING, "the server is shutting down");
  }
}
