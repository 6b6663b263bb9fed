package org.fieldstream.server.live;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The last values of an observable along one chain: all of them while a chain makes fewer than
 * sixteen a second, else one in a sixteenth of a second, never a mean of several.
 */
public final class Trace {
  /** Values kept: half a minute of a fast stream. */
  static final int CAPACITY = 480;

  /** Least time between two values, in nanoseconds. */
  static final long INTERVAL_NANOS = 62_500_000;

  private final Deque<Point> points = new ArrayDeque<>(CAPACITY);
  private long lastNanos;

  /**
   * A value.
   *
   * @param index index of the configuration in its stream
   * @param value measured on it
   */
  public record Point(long index, double value) {}

  synchronized void offer(long index, double value, long nanos) {
    if (!points.isEmpty() && nanos - lastNanos < INTERVAL_NANOS) {
      return;
    }
    if (points.size() == CAPACITY) {
      points.removeFirst();
    }
    points.addLast(new Point(index, value));
    lastNanos = nanos;
  }

  /** The values, oldest first. */
  synchronized List<Point> points() {
    return List.copyOf(points);
  }

  synchronized void clear() {
    points.clear();
  }
}
