package org.fieldstream.monitoring.statistics;

import java.util.ArrayList;
import java.util.List;

/**
 * Autocorrelations of one running chain in O(log n) memory by the multi-tau scheme: J. Ramirez, S.
 * K. Sukumaran, B. Vorselaars, A. E. Likhtman, "Efficient on the fly calculation of time
 * correlation functions in computer simulations", J. Chem. Phys. 133 (2010) 154103.
 *
 * <p>Level l holds the last {@value #POINTS} averages over blocks of 2^l values and the products at
 * lags k = 0 .. {@value #POINTS} - 1 blocks; lags below {@value #POINTS} are exact, longer ones are
 * smeared by at most 1/16 of the lag. Products are kept without subtracting a mean, which is not
 * known yet; {@link #productSum} subtracts it afterwards with the sums over heads and tails.
 *
 * <p>Not thread-safe.
 */
final class MultiTauCorrelator {
  /** Lags per level, a power of 2. */
  static final int POINTS = 32;

  private static final int FIRST = POINTS / 2;

  private final List<Level> levels = new ArrayList<>();
  private double origin;
  private long count;

  /** Adds the chain's next value. */
  void add(double value) {
    if (count == 0) {
      origin = value;
      levels.add(new Level());
    }
    count++;
    double carried = value - origin;
    for (int l = 0; ; l++) {
      if (l == levels.size()) {
        levels.add(new Level());
      }
      Level level = levels.get(l);
      level.add(carried);
      if (!level.holdsHalf) {
        level.half = carried;
        level.holdsHalf = true;
        break;
      }
      carried = (level.half + carried) / 2;
      level.holdsHalf = false;
    }
    if (count == POINTS) {
      recentre();
    }
  }

  /** Number of values. */
  long count() {
    return count;
  }

  /** Sum of the values. */
  double sum() {
    return count == 0 ? 0 : origin * count + levels.get(0).sum;
  }

  /** The smallest lag above {@code lag} at which the correlation is known. */
  static long lagAfter(long lag) {
    return lag < POINTS ? lag + 1 : lag + Long.highestOneBit(lag) / FIRST;
  }

  /** sum_i (a_i - mean)(a_{i+lag} - mean) at the lag's level, for a lag of the grid. */
  double productSum(long lag, double mean) {
    int l = levelOf(lag);
    return l < levels.size() ? levels.get(l).productSum((int) (lag >> l), mean - origin) : 0;
  }

  /** Number of products in {@link #productSum}. */
  long products(long lag) {
    int l = levelOf(lag);
    return l < levels.size() ? Math.max(0, levels.get(l).count - (lag >> l)) : 0;
  }

  private static int levelOf(long lag) {
    return Math.max(0, Long.numberOfTrailingZeros(Math.max(1, Long.highestOneBit(lag) / FIRST)));
  }

  /**
   * Moves the origin to the mean, so that products of a large mean do not swamp the fluctuations.
   */
  private void recentre() {
    double shift = levels.get(0).sum / count;
    for (Level level : levels) {
      level.shift(shift);
    }
    origin += shift;
  }

  private static final class Level {
    /** The last POINTS values, oldest first, at {@code [start, start + POINTS)}; written twice. */
    final double[] recent = new double[2 * POINTS];

    /** The first POINTS values. */
    final double[] first = new double[POINTS];

    /** Sum of products at lag k, at index POINTS - 1 - k: the order of {@link #recent}. */
    final double[] products = new double[POINTS];

    int start;
    long count;
    double sum;
    double half;
    boolean holdsHalf;

    void add(double value) {
      recent[start] = value;
      recent[start + POINTS] = value;
      start = (start + 1) & (POINTS - 1);
      if (count < POINTS) {
        first[(int) count] = value;
      }
      count++;
      sum += value;
      // Values not yet there are 0 and add nothing.
      for (int j = 0; j < POINTS; j++) {
        products[j] += value * recent[start + j];
      }
    }

    double productSum(int k, double mean) {
      double heads = sum;
      double tails = sum;
      for (int i = 0; i < k; i++) {
        heads -= recent[start + POINTS - 1 - i];
        tails -= first[i];
      }
      return products[POINTS - 1 - k] - mean * (heads + tails) + (count - k) * mean * mean;
    }

    void shift(double by) {
      double[] shifted = new double[POINTS];
      for (int k = 0; k < POINTS; k++) {
        shifted[POINTS - 1 - k] = k < count ? productSum(k, by) : 0;
      }
      System.arraycopy(shifted, 0, products, 0, POINTS);
      int filled = (int) Math.min(count, POINTS);
      for (int i = 0; i < filled; i++) {
        first[i] -= by;
        int at = start + POINTS - 1 - i;
        recent[at & (POINTS - 1)] -= by;
        recent[(at & (POINTS - 1)) + POINTS] -= by;
      }
      sum -= count * by;
      half -= by;
    }
  }
}
