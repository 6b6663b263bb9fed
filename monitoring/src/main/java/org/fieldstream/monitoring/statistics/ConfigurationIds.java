package org.fieldstream.monitoring.statistics;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
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
 *   <li><b>Gaps</b> are measurements that are missing. Autocorrelations are taken over the pairs
 *       that are there, and the error sums them over these pairs: {@link TimedReplicas}.
 *   <li><b>Replicas</b> are independent of each other, whatever their ids.
 * </ol>
 *
 * A running estimator such as {@link OnlineSeries} takes the values in the order of ids with the
 * gaps closed: an error that is right where what is missing is missing regularly or at random, and
 * a tau_int in measurements rather than in ids. When an id arrives that is below one already added,
 * it has to be filled anew.
 */
public final class ConfigurationIds {
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
   * The order that sorts ids.
   *
   * @param ids unsigned, in any order; not modified
   * @return indices into {@code ids}, so that {@code ids[order[0]]} is the smallest
   */
  public static int[] order(long[] ids) {
    Integer[] order = new Integer[requireNonNull(ids, "ids").length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (i, j) -> Long.compareUnsigned(ids[i], ids[j]));
    return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
  }
}
