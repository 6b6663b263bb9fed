package org.fieldstream.monitoring.statistics;

import java.util.Arrays;

/**
 * A running series as at most {@value #MAX_BINS} means over equal bins: when all are full,
 * neighbours are merged and the bin length doubles. A series may interleave independent chains;
 * bins are then whole sweeps over the chains.
 *
 * <p>Deterministic. Not thread-safe.
 */
public final class OnlineBins {
  /** Bins at most; at least half of them once that many were filled. */
  public static final int MAX_BINS = 512;

  private double[] means = new double[32];
  private int full;
  private long length;
  private double sum;
  private double origin;
  private long inCurrent;
  private long count;

  /** A series of one chain. */
  public OnlineBins() {
    this(1);
  }

  /**
   * A series of interleaved independent chains.
   *
   * @param chains number of chains, at least 1
   */
  public OnlineBins(int chains) {
    length = Require.atLeast("chains", chains, 1);
  }

  /**
   * Adds the next value.
   *
   * @param value finite
   */
  public void add(double value) {
    Require.finite("value", value);
    if (count == 0) {
      // Sums are about the first value: a large mean must not swamp the fluctuations.
      origin = value;
    }
    count++;
    sum += value - origin;
    inCurrent++;
    if (inCurrent == length) {
      if (full == means.length) {
        means = Arrays.copyOf(means, 2 * full);
      }
      means[full++] = origin + sum / length;
      sum = 0;
      inCurrent = 0;
      if (full == MAX_BINS) {
        merge();
      }
    }
  }

  /** Number of values. */
  public long count() {
    return count;
  }

  /** Values in a bin. */
  public long binLength() {
    return length;
  }

  /** Means of the bins that are full, in order: a copy. */
  public double[] means() {
    return Arrays.copyOf(means, full);
  }

  private void merge() {
    for (int j = 0; j < MAX_BINS / 2; j++) {
      means[j] = (means[2 * j] + means[2 * j + 1]) / 2;
    }
    full = MAX_BINS / 2;
    length *= 2;
  }
}
