package org.fieldstream.monitoring.statistics;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Running estimates, with errors, of functions of several means, weighted or not, in bounded
 * memory.
 *
 * <p>Measurements are summed in bins; when {@value #MAX_BINS} are full, neighbours are merged and
 * the bin length doubles. Errors come from the delete-one jackknife's pseudo-values (see {@link
 * Jackknife}), summed with their correlations by the Gamma method, so that they are right as soon
 * as the whole series is long against tau_int, also while single bins are not. With log weights the
 * means are sum w a / sum w; sums are kept relative to the largest weight so far.
 *
 * <p>A series may interleave several independent chains; bins are whole sweeps over the chains.
 * Where chains are many, 20 or more, the jackknife leaves out one chain after the other instead:
 * that holds however short they are against tau_int.
 *
 * <p>Deterministic: a function of the measurements in order. Not thread-safe.
 */
public final class OnlineDerived {
  /** Bins at most; at least half of them once that many bins were filled. */
  public static final int MAX_BINS = 512;

  private static final GammaMethod GAMMA = new GammaMethod();

  private final int observables;

  /** Sums {@code [bin][w, w a_0, w a_1, ...]}. */
  private final double[][] bins;

  /** Sums of each chain, as of a bin; only where chains are many. */
  private final double[][] chainSums;

  private double[] current;
  private long currentCount;
  private long binLength;
  private int full;
  private long count;
  private double maxLogWeight = Double.NEGATIVE_INFINITY;

  /**
   * For measurements of one chain, or independent draws.
   *
   * @param observables number of means, at least 1
   */
  public OnlineDerived(int observables) {
    this(observables, 1);
  }

  /**
   * For measurements of interleaved chains.
   *
   * @param observables number of means, at least 1
   * @param chains number of chains, at least 1: measurement i is chain {@code i % chains}
   */
  public OnlineDerived(int observables, int chains) {
    this(
        observables,
        Require.atLeast("chains", chains, 1),
        chains >= ReplicaScatter.MANY ? chains : 0);
  }

  private OnlineDerived(int observables, long binLength, int scattered) {
    this.observables = Require.atLeast("observables", observables, 1);
    this.binLength = binLength;
    this.bins = new double[MAX_BINS][];
    this.current = new double[observables + 1];
    this.chainSums = new double[scattered][observables + 1];
  }

  /**
   * For measurements of interleaved chains of unknown number.
   *
   * @param observables number of means, at least 1
   * @param shortestBin a number of measurements that holds whole sweeps, at least 1
   */
  public static OnlineDerived ofUnknownChains(int observables, int shortestBin) {
    return new OnlineDerived(observables, Require.atLeast("shortestBin", shortestBin, 1), 0);
  }

  /**
   * Adds a measurement of weight 1.
   *
   * @param values one per observable, finite; not modified
   */
  public void add(double... values) {
    addWeighted(0, values);
  }

  /**
   * Adds a measurement with a log weight. To be used for all measurements or for none.
   *
   * @param logWeight nats; finite, or -Infinity for weight 0
   * @param values one per observable, finite; not modified
   */
  public void addWeighted(double logWeight, double... values) {
    Require.logWeight("logWeight", logWeight);
    if (values.length != observables) {
      throw new IllegalArgumentException(
          "values: " + values.length + " (expected: " + observables + ", one per observable)");
    }
    for (int a = 0; a < values.length; a++) {
      if (!Double.isFinite(values[a])) {
        throw new IllegalArgumentException(
            "values[" + a + "]: " + values[a] + " (expected: finite)");
      }
    }
    if (logWeight > maxLogWeight) {
      rescale(Math.exp(maxLogWeight - logWeight));
      maxLogWeight = logWeight;
    }
    if (logWeight != Double.NEGATIVE_INFINITY) {
      double w = Math.exp(logWeight - maxLogWeight);
      add(current, w, values);
      if (chainSums.length > 0) {
        add(chainSums[(int) (count % chainSums.length)], w, values);
      }
    }
    count++;
    currentCount++;
    if (currentCount == binLength) {
      bins[full++] = current;
      current = new double[observables + 1];
      currentCount = 0;
      if (full == MAX_BINS) {
        merge();
      }
    }
  }

  private static void add(double[] sums, double w, double[] values) {
    sums[0] += w;
    for (int a = 0; a < values.length; a++) {
      sums[a + 1] += w * values[a];
    }
  }

  /** Number of measurements. */
  public long count() {
    return count;
  }

  /** The means, NaN before a measurement of positive weight. */
  public double[] means() {
    double[] sums = current.clone();
    for (int j = 0; j < full; j++) {
      accumulate(sums, bins[j], 1);
    }
    return ratios(sums);
  }

  /**
   * A function of the means with its error.
   *
   * @param f function of the means; must not keep its argument
   * @return f at the means of all measurements; its error is NaN below {@value
   *     GammaMethod#MINIMUM_LENGTH} bins and where f is undefined at the means without one bin
   */
  public BinnedEstimate estimate(ToDoubleFunction<double[]> f) {
    requireNonNull(f, "f");
    double value = f.applyAsDouble(means());
    return new BinnedEstimate(value, error(f), count, full, binLength);
  }

  private double error(ToDoubleFunction<double[]> f) {
    if (chainSums.length > 0) {
      return count < chainSums.length ? Double.NaN : betweenChains(f);
    }
    if (full < GammaMethod.MINIMUM_LENGTH) {
      return Double.NaN;
    }
    double[] deviations = deviations(f, Arrays.asList(bins).subList(0, full));
    return Double.isFinite(deviations[0])
        ? GAMMA.ofDeviations(0, new double[][] {deviations}).error()
        : Double.NaN;
  }

  private double betweenChains(ToDoubleFunction<double[]> f) {
    double squares = 0;
    for (double deviation : deviations(f, Arrays.asList(chainSums))) {
      squares += deviation * deviation;
    }
    int chains = chainSums.length;
    return Math.sqrt(squares / chains / (chains - 1));
  }

  /** Deviations of the pseudo-values B f - (B - 1) f_(j) from their mean. */
  private static double[] deviations(ToDoubleFunction<double[]> f, List<double[]> parts) {
    double[] total = new double[parts.get(0).length];
    for (double[] part : parts) {
      accumulate(total, part, 1);
    }
    int n = parts.size();
    double[] deviations = new double[n];
    for (int j = 0; j < n; j++) {
      double[] without = total.clone();
      accumulate(without, parts.get(j), -1);
      deviations[j] = f.applyAsDouble(ratios(without));
    }
    double mean = Means.of(deviations);
    for (int j = 0; j < n; j++) {
      deviations[j] = (n - 1) * (mean - deviations[j]);
    }
    return deviations;
  }

  private static double[] ratios(double[] sums) {
    double[] means = new double[sums.length - 1];
    if (!(sums[0] > 0)) {
      Arrays.fill(means, Double.NaN);
      return means;
    }
    for (int a = 0; a < means.length; a++) {
      means[a] = sums[a + 1] / sums[0];
    }
    return means;
  }

  private static void accumulate(double[] into, double[] bin, double factor) {
    for (int a = 0; a < into.length; a++) {
      into[a] += factor * bin[a];
    }
  }

  private void merge() {
    for (int j = 0; j < MAX_BINS / 2; j++) {
      double[] merged = bins[2 * j];
      accumulate(merged, bins[2 * j + 1], 1);
      bins[j] = merged;
    }
    full = MAX_BINS / 2;
    binLength *= 2;
  }

  private void rescale(double factor) {
    for (int a = 0; a < current.length; a++) {
      current[a] *= factor;
      for (int j = 0; j < full; j++) {
        bins[j][a] *= factor;
      }
      for (double[] sums : chainSums) {
        sums[a] *= factor;
      }
    }
  }
}
