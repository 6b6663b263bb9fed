package org.fieldstream.monitoring.statistics;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rule for measurements that come with configuration ids, the Monte Carlo times of their
 * replica.
 *
 * <ol>
 *   <li><b>Order of arrival</b> means nothing: a replica's series is in the order of its ids, taken
 *       as unsigned 64-bit numbers. All ids are accepted.
 *   <li><b>Duplicates</b>: an id that holds the same values, bit for bit, is a {@link
 *       Verdict#DUPLICATE} and changes nothing; one that holds others is refused as a {@link
 *       Verdict#CONFLICT}, whichever is right: the first stays.
 *   <li><b>Gaps</b> are measurements that are missing, on a grid whose pitch is the commonest
 *       difference of neighbouring ids (the smallest such): ids 20, 30, 50, 60 are places 0, 1, 3,
 *       4. A difference that is no multiple of the pitch is rounded to one, to at least 1, and one
 *       of more than {@value #LONGEST_GAP} pitches counts as {@value #LONGEST_GAP}: a hole in the
 *       record, or a chain that was started again with other numbers, costs bounded memory.
 *   <li><b>Replicas</b> are independent of each other, whatever their ids.
 * </ol>
 *
 * {@link GammaMethod#meanOfIrregular} is the mean over such a record, with the error that the
 * places of its measurements give it. A running estimator such as {@link OnlineSeries} takes the
 * values in the order of ids with the gaps closed, which is the same thing where none is missing;
 * when an id arrives that is below one already added, it has to be filled anew.
 */
public final class ConfigurationIds {
  /** Longest gap, in pitches. */
  public static final int LONGEST_GAP = 16;

  private ConfigurationIds() {}

  /** What becomes of a measurement. */
  public enum Verdict {
    /** The id is new. */
    STORED,
    /** The id holds the same values. */
    DUPLICATE,
    /** The id holds other values. */
    CONFLICT
  }

  /**
   * Judges a measurement.
   *
   * @param held what the id holds in this replica and series; null if nothing
   * @param offered the values that came for it; not modified
   */
  public static Verdict verdict(double @Nullable [] held, double... offered) {
    requireNonNull(offered, "offered");
    if (held == null) {
      return Verdict.STORED;
    }
    boolean same = held.length == offered.length;
    for (int a = 0; same && a < held.length; a++) {
      same = Double.doubleToRawLongBits(held[a]) == Double.doubleToRawLongBits(offered[a]);
    }
    return same ? Verdict.DUPLICATE : Verdict.CONFLICT;
  }

  /**
   * Places of measurements on their grid.
   *
   * @param ids unsigned, strictly ascending, at least one; not modified
   * @return ascending from 0, each at most {@value #LONGEST_GAP} above the one before
   * @throws IllegalArgumentException if an id is not above the one before
   */
  public static long[] places(long[] ids) {
    requireNonNull(ids, "ids");
    Require.atLeast("ids", ids.length, 1);
    long[] places = new long[ids.length];
    long pitch = pitch(ids);
    for (int i = 1; i < ids.length; i++) {
      // Differences of unsigned numbers are right modulo 2^64, and so unsigned themselves.
      long whole = Long.divideUnsigned(ids[i] - ids[i - 1], pitch);
      long rest = Long.remainderUnsigned(ids[i] - ids[i - 1], pitch);
      if (Long.compareUnsigned(whole, LONGEST_GAP) >= 0) {
        whole = LONGEST_GAP;
      } else if (Long.compareUnsigned(rest, pitch - rest) >= 0 || whole == 0) {
        whole++;
      }
      places[i] = places[i - 1] + whole;
    }
    return places;
  }

  /** The commonest difference of neighbours, the smallest if there are several; 1 for one id. */
  private static long pitch(long[] ids) {
    Map<Long, Integer> differences = new HashMap<>();
    for (int i = 1; i < ids.length; i++) {
      if (Long.compareUnsigned(ids[i], ids[i - 1]) <= 0) {
        throw new IllegalArgumentException(
            String.format(
                "ids[%d]: %s (expected: above ids[%d], %s)",
                i, Long.toUnsignedString(ids[i]), i - 1, Long.toUnsignedString(ids[i - 1])));
      }
      differences.merge(ids[i] - ids[i - 1], 1, Integer::sum);
    }
    long pitch = 1;
    int times = 0;
    for (Map.Entry<Long, Integer> difference : differences.entrySet()) {
      boolean smaller = Long.compareUnsigned(difference.getKey(), pitch) < 0;
      if (difference.getValue() > times || (difference.getValue() == times && smaller)) {
        pitch = difference.getKey();
        times = difference.getValue();
      }
    }
    return pitch;
  }

  /**
   * The order that sorts ids.
   *
   * @param ids unsigned, in any order; not modified
   * @return indices into {@code ids}, so that {@code ids[order[0]]} is the smallest
   */
  public static int[] order(long[] ids) {
    Integer[] order = new Integer[ids.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (i, j) -> Long.compareUnsigned(ids[i], ids[j]));
    return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
  }
}
