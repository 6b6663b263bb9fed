package org.fieldstream.server.measurement;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.fieldstream.monitoring.meters.MeasurementMeters;
import org.jspecify.annotations.Nullable;

/**
 * Requests that wait for the disk: bounded in bytes. Back-pressure of many clients is decided here.
 * Whoever has a request may always put it in, one at a time; whoever wants to read another one from
 * its client asks {@link #whenRoom} first. Thread-safe.
 */
final class SubmissionQueue {
  private static final int MOST_AT_ONCE = 64;

  private final long capacity;
  private final MeasurementMeters meters;
  private final Queue<Submission> waiting = new ArrayDeque<>();
  private final Queue<Runnable> wantRoom = new ArrayDeque<>();
  private long bytes;
  private boolean closed;

  /**
   * A queue.
   *
   * @param capacity bytes beyond which no more is asked for
   */
  SubmissionQueue(long capacity, MeasurementMeters meters) {
    this.capacity = capacity;
    this.meters = meters;
  }

  /** Adds a request; false if the queue is closed. */
  synchronized boolean offer(Submission submission) {
    if (closed) {
      return false;
    }
    waiting.add(submission);
    bytes += submission.bytes();
    meters.queued(submission.bytes());
    notifyAll();
    return true;
  }

  /**
   * Runs a step as soon as there is room, at once if there is. It must be short, and must not call
   * back.
   */
  void whenRoom(Runnable step) {
    synchronized (this) {
      if (bytes >= capacity && !closed) {
        wantRoom.add(step);
        return;
      }
    }
    step.run();
  }

  /**
   * Waits for requests and takes those that fit together.
   *
   * @param groupBytes how many bytes to take together, at least one request
   * @param nanos how long to wait, null for ever
   * @return empty where none came in time; null where the queue is closed and empty
   */
  synchronized @Nullable List<Submission> take(long groupBytes, @Nullable Long nanos)
      throws InterruptedException {
    long until = nanos == null ? 0 : System.nanoTime() + nanos;
    while (waiting.isEmpty() && !closed) {
      if (nanos == null) {
        wait();
      } else {
        long left = until - System.nanoTime();
        if (left <= 0) {
          break;
        }
        wait(left / 1_000_000, (int) (left % 1_000_000));
      }
    }
    if (waiting.isEmpty()) {
      return closed ? null : List.of();
    }
    List<Submission> group = new ArrayList<>();
    long taken = 0;
    for (Submission next = waiting.peek();
        next != null && (group.isEmpty() || taken + next.bytes() <= groupBytes);
        next = waiting.peek()) {
      group.add(waiting.remove());
      taken += next.bytes();
    }
    return group;
  }

  /** Requests that were taken are done with: whoever waits may go on. */
  void done(List<Submission> group) {
    List<Runnable> steps = new ArrayList<>();
    synchronized (this) {
      for (Submission submission : group) {
        bytes -= submission.bytes();
        meters.dequeued(submission.bytes());
      }
      // As many as may put in one each before there is no room again; all where nothing waits, for
      // those that were told before may have nothing to put in, and nobody else would tell the
      // rest.
      while (bytes < capacity
          && (steps.size() < MOST_AT_ONCE || waiting.isEmpty())
          && !wantRoom.isEmpty()) {
        steps.add(wantRoom.remove());
      }
    }
    steps.forEach(Runnable::run);
  }

  /** Empties the queue. */
  synchronized List<Submission> rest() {
    List<Submission> rest = new ArrayList<>(waiting);
    waiting.clear();
    return rest;
  }

  /** Takes no more requests; those that wait can still be taken. */
  void close() {
    List<Runnable> steps;
    synchronized (this) {
      closed = true;
      notifyAll();
      steps = new ArrayList<>(wantRoom);
      wantRoom.clear();
    }
    steps.forEach(Runnable::run);
  }

  /** Bytes that wait or are being stored. */
  synchronized long bytes() {
    return bytes;
  }
}
