package org.fieldstream.monitoring.statistics;

import java.util.Arrays;

/**
 * {@link SplitRHat} over the lanes of a running stream, in bounded memory: of each of the first
 * {@value #TRACKED} chains at most {@value #MAX_BINS} bins are kept, with mean and squares, and
 * neighbours are merged when all are full. The halves are halves of the bins that are full, so that
 * up to a sixteenth of the newest values has to wait.
 *
 * <p>Deterministic. Not thread-safe.
 */
public final class OnlineRHat {
  /** Chains that are compared, at most. */
  public static final int TRACKED = 16;

  private static final int MAX_BINS = 32;
  private static final int FEWEST_BINS = 4;

  private final int chains;

  /** {@code [chain][bin]}: mean and squares. */
  private final double[][] means;

  private final double[][] squares;
  private final Moments[] current;
  private int chain;
  private int full;
  private long length = 1;

  /**
   * Of interleaved chains: value i is chain {@code i % chains}.
   *
   * @param chains number of chains, at least 1
   */
  public OnlineRHat(int chains) {
    this.chains = Require.atLeast("chains", chains, 1);
    int tracked = Math.min(chains, TRACKED);
    means = new double[tracked][MAX_BINS];
    squares = new double[tracked][MAX_BINS];
    current = new Moments[tracked];
    Arrays.fill(current, Moments.NONE);
  }

  /**
   * Adds the next value.
   *
   * @param value finite
   */
  public void add(double value) {
    Require.finite("value", value);
    if (chain < current.length) {
      current[chain] = current[chain].and(value);
    }
    chain++;
    if (chain == chains) {
      chain = 0;
      if (current[0].count() == length) {
        close();
      }
    }
  }

  /** R-hat so far; NaN before every chain has a few values. */
  public double rHat() {
    int half = full / 2;
    if (half * length < 2 || full < FEWEST_BINS) {
      return Double.NaN;
    }
    Moments[] halves = new Moments[2 * current.length];
    for (int c = 0; c < current.length; c++) {
      halves[2 * c] = sum(c, 0, half);
      halves[2 * c + 1] = sum(c, full - half, full);
    }
    return SplitRHat.of(halves);
  }

  private void close() {
    for (int c = 0; c < current.length; c++) {
      means[c][full] = current[c].mean();
      squares[c][full] = current[c].squares();
      current[c] = Moments.NONE;
    }
    full++;
    if (full == MAX_BINS) {
      for (int c = 0; c < current.length; c++) {
        for (int j = 0; j < MAX_BINS / 2; j++) {
          Moments merged = sum(c, 2 * j, 2 * j + 2);
          means[c][j] = merged.mean();
          squares[c][j] = merged.squares();
        }
      }
      full = MAX_BINS / 2;
      length *= 2;
    }
  }

  private Moments sum(int c, int from, int to) {
    Moments all = Moments.NONE;
    for (int j = from; j < to; j++) {
      all = all.and(new Moments(length, means[c][j], squares[c][j]));
    }
    return all;
  }
}
