package org.fieldstream.monitoring.statistics;

import java.util.Arrays;

/**
 * {@link ParetoTail} of a running stream of log weights: the largest {@value #CAPACITY} are kept,
 * at most 8 KiB. Up to 116,000 draws k-hat is that of the whole sample, to the last digit; beyond,
 * the tail is the {@code CAPACITY - 1} largest, fewer than the rule asks, which costs no bias.
 *
 * <p>Deterministic: a function of the set of weights, not of their order. Not thread-safe.
 */
public final class OnlineTail {
  /** Log weights that are kept. */
  public static final int CAPACITY = 1024;

  /** A heap, the smallest of the kept log weights first. */
  private double[] heap = new double[32];

  private int size;
  private long count;

  /**
   * Adds a draw.
   *
   * @param logWeight nats; finite, or -Infinity for weight 0
   */
  public void add(double logWeight) {
    Require.logWeight("logWeight", logWeight);
    count++;
    if (size < CAPACITY) {
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, Math.min(2 * size, CAPACITY));
      }
      rise(logWeight);
    } else if (logWeight > heap[0]) {
      sink(logWeight);
    }
  }

  /** Number of draws. */
  public long count() {
    return count;
  }

  /** k-hat of all draws so far; NaN as in {@link ParetoTail#kHat}. */
  public double kHat() {
    int tail = Math.min(ParetoTail.length(count), CAPACITY - 1);
    if (tail >= size) {
      return Double.NaN;
    }
    double[] sorted = Arrays.copyOf(heap, size);
    Arrays.sort(sorted);
    double[] largest = Arrays.copyOfRange(sorted, size - tail - 1, size);
    return largest[tail] == Double.NEGATIVE_INFINITY ? Double.NaN : ParetoTail.ofLargest(largest);
  }

  private void rise(double value) {
    int at = size++;
    while (at > 0 && heap[(at - 1) / 2] > value) {
      heap[at] = heap[(at - 1) / 2];
      at = (at - 1) / 2;
    }
    heap[at] = value;
  }

  /** Puts a value in the place of the smallest. */
  private void sink(double value) {
    int at = 0;
    for (int child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= value) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = value;
  }
}
