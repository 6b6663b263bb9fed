package org.fieldstream.monitoring.statistics;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * Means and errors of measurements with Monte Carlo times that may have gaps, in one or several
 * replicas of any length. Immutable; any thread.
 *
 * <p>Three cases, of which the data choose:
 *
 * <ul>
 *   <li>equally spaced times: {@link GammaMethod}
 *   <li>gaps: the same, with Gamma(t) from the pairs of measurements that are t apart, and the
 *       error from error^2 = (1/N^2) sum over pairs of Gamma(t): what is missing adds nothing
 *   <li>many replicas (20 or more) that are short (below 16 tau_int on average, as far as they
 *       tell): from the scatter of the replicas, {@link ReplicaScatter}, for within such replicas
 *       autocorrelations are seen in part only
 * </ul>
 */
public final class TimedReplicas {
  /** Lags without any pair, one after the other, at which the search for pairs ends. */
  private static final int DESERT = 1024;

  /** In ids; so that 2^30 of them fit a long. */
  private static final long LONGEST_GAP = 1L << 32;

  /** Times are rounded to this part of their median spacing where they have no larger unit. */
  private static final int PARTS = 4;

  /** In units of {@link #unit}. */
  private final long[][] times;

  private final long count;
  private final double unit;
  private final double spacing;
  private final boolean regular;

  /**
   * Times of measurements.
   *
   * @param times {@code [replica][i]}, strictly increasing in each replica; no replica empty; not
   *     modified
   */
  public TimedReplicas(long[]... times) {
    requireNonNull(times, "times");
    Require.atLeast("times", times.length, 1);
    long n = 0;
    long gcd = 0;
    LongStream.Builder spacings = LongStream.builder();
    for (int r = 0; r < times.length; r++) {
      Require.atLeast("times[" + r + "]", times[r].length, 1);
      n += times[r].length;
      for (int i = 1; i < times[r].length; i++) {
        long step = times[r][i] - times[r][i - 1];
        if (step <= 0) {
          throw new IllegalArgumentException(
              "times[%d][%d]: %d (expected: more than %d, the one before)"
                  .formatted(r, i, times[r][i], times[r][i - 1]));
        }
        gcd = gcd(gcd, step);
        spacings.add(step);
      }
    }
    count = n;
    long[] sorted = spacings.build().sorted().toArray();
    long median = sorted.length == 0 ? 1 : sorted[sorted.length / 2];
    regular = sorted.length == 0 || sorted[sorted.length - 1] == sorted[0];
    spacing = median;
    unit = Math.max(Math.max(gcd, 1), (double) (median / PARTS));
    this.times = new long[times.length][];
    for (int r = 0; r < times.length; r++) {
      long[] own = times[r];
      this.times[r] = Arrays.stream(own).map(t -> Math.round((t - own[0]) / unit)).toArray();
    }
  }

  /**
   * Times that a client chose: unsigned, and any distance apart. A gap is as good as endless from
   * 2^32 on and is cut to that, so that all fit.
   *
   * @param ids {@code [replica][i]}, strictly increasing as unsigned numbers in each replica; no
   *     replica empty; not modified
   */
  public static TimedReplicas ofIds(long[]... ids) {
    requireNonNull(ids, "ids");
    long[][] times = new long[ids.length][];
    for (int r = 0; r < ids.length; r++) {
      times[r] = new long[ids[r].length];
      for (int i = 1; i < ids[r].length; i++) {
        long step = ids[r][i] - ids[r][i - 1];
        boolean far = Long.compareUnsigned(step, LONGEST_GAP) > 0;
        times[r][i] = times[r][i - 1] + (far ? LONGEST_GAP : step);
      }
    }
    return new TimedReplicas(times);
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /** Measurements, over all replicas. */
  public long count() {
    return count;
  }

  /**
   * Mean of one observable.
   *
   * @param values {@code [replica][i]}, finite, one for each time; not modified
   * @return its error is NaN for fewer than {@value GammaMethod#MINIMUM_LENGTH} measurements;
   *     tau_int is in units of the median spacing of the times
   */
  public Estimate mean(double[]... values) {
    int shortest = Integer.MAX_VALUE;
    double sum = 0;
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    if (values.length != times.length) {
      throw new IllegalArgumentException(
          "values: " + values.length + " replicas (expected: " + times.length + ")");
    }
    for (int r = 0; r < values.length; r++) {
      Require.series("values[" + r + "]", values[r], 1);
      if (values[r].length != times[r].length) {
        throw new IllegalArgumentException(
            "values[%d]: %d values (expected: %d, one for each time)"
                .formatted(r, values[r].length, times[r].length));
      }
      shortest = Math.min(shortest, values[r].length);
      for (double value : values[r]) {
        sum += value;
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
    }
    double mean = sum / count;
    if (count < GammaMethod.MINIMUM_LENGTH) {
      return new Estimate(mean, Double.NaN, Double.NaN, Double.NaN, 0, count);
    }
    if (least == most) {
      return new Estimate(mean, 0, 0.5, 0, 0, count);
    }
    double length = (double) count / times.length;
    if (length < GammaMethod.MINIMUM_LENGTH && times.length >= ReplicaScatter.MANY) {
      return betweenReplicas(mean, values);
    }
    Estimate within =
        regular && shortest >= GammaMethod.MINIMUM_LENGTH
            ? new GammaMethod().mean(values)
            : withGaps(mean, values);
    return ReplicaScatter.tells(times.length, length, within.tauInt())
        ? betweenReplicas(mean, values)
        : within;
  }

  private Estimate betweenReplicas(double mean, double[][] values) {
    double[] sums = new double[values.length];
    double squares = 0;
    for (int r = 0; r < values.length; r++) {
      for (double value : values[r]) {
        sums[r] += value - mean;
        squares += (value - mean) * (value - mean);
      }
    }
    return ReplicaScatter.of(mean, sums, squares, count);
  }

  private Estimate withGaps(double mean, double[][] values) {
    double[][] deviations = new double[values.length][];
    long longest = 0;
    for (int r = 0; r < values.length; r++) {
      deviations[r] = Arrays.stream(values[r]).map(v -> v - mean).toArray();
      longest = Math.max(longest, times[r][times[r].length - 1]);
    }
    long lastLag = longest / 2;
    Pairs none = pairs(deviations, 0);
    double gamma0 = none.sum / none.count;
    AutomaticWindow window =
        AutomaticWindow.find(
            GammaMethod.DEFAULT_S,
            gamma0,
            lag -> nextWithPairs(deviations, lag, lastLag),
            lag -> {
              Pairs at = pairs(deviations, lag);
              return at.count == 0 ? 0 : at.sum / at.count;
            },
            lastLag,
            count);
    double sum = none.sum;
    for (long lag = 1; lag <= window.window(); lag++) {
      sum += 2 * pairs(deviations, lag).sum;
    }
    if (!(sum > 0)) {
      sum = none.sum;
    }
    // As in AutomaticWindow: the estimated mean makes every Gamma too small by C / N.
    double perValue = sum / count * (1 + (2.0 * window.window() + 1) / count);
    double units = unit / spacing;
    return new Estimate(
        mean,
        Math.sqrt(perValue / count),
        Math.max(0.5, window.tauInt() * units),
        window.tauIntError() * units,
        window.window(),
        count);
  }

  private long nextWithPairs(double[][] deviations, long lag, long lastLag) {
    long end = Math.min(lastLag, lag + DESERT);
    for (long next = lag + 1; next <= end; next++) {
      if (pairs(deviations, next).count > 0) {
        return next;
      }
    }
    return lastLag + 1;
  }

  /** Sum of delta_i delta_j over all pairs of one replica that are a lag apart, and how many. */
  private Pairs pairs(double[][] deviations, long lag) {
    double sum = 0;
    long pairs = 0;
    for (int r = 0; r < times.length; r++) {
      long[] at = times[r];
      int j = 0;
      for (int i = 0; i < at.length; i++) {
        while (j < at.length && at[j] < at[i] + lag) {
          j++;
        }
        // Rounding may give two measurements one time; the first stands for both.
        if (j < at.length && at[j] == at[i] + lag) {
          sum += deviations[r][i] * deviations[r][lag == 0 ? i : j];
          pairs++;
        }
      }
    }
    return new Pairs(sum, pairs);
  }

  private record Pairs(double sum, long count) {}
}
