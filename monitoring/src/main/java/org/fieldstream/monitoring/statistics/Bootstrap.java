package org.fieldstream.monitoring.statistics;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * Bootstrap over equal bins for functions of means: B. Efron, "Bootstrap methods: another look at
 * the jackknife", Ann. Statist. 7 (1979) 1; with bins for correlated data H. R. Künsch, Ann.
 * Statist. 17 (1989) 1217, as used on the lattice, P. Young, arXiv:1210.3781, section II.C.
 *
 * <p>B bins are drawn with replacement, f is taken at their means, and so on: the spread of f over
 * the resamples is its error, times sqrt(B / (B - 1)) for the mean that the sample shares with
 * itself; its quantiles are an interval that need not be symmetric. Bins must be much longer than
 * tau_int, which the bootstrap cannot check; prefer {@link GammaMethod} where an error is enough.
 *
 * <p>Deterministic: a function of the data and the seed. Immutable; any thread.
 */
public final class Bootstrap {
  /** Quantiles of a normal distribution at -1 and +1 standard deviation. */
  private static final double[] ONE_SIGMA = {0.158655253931457, 0.841344746068543};

  private final int bins;
  private final int resamples;
  private final long seed;

  /**
   * A bootstrap.
   *
   * @param bins number of bins B, at least 2; the relative error of the error is about 1/sqrt(2B)
   * @param resamples how often the bins are drawn again, at least 10; adds a relative error of
   *     1/sqrt(2 resamples) to that of the error
   * @param seed of the draws; all values are legal
   */
  public Bootstrap(int bins, int resamples, long seed) {
    this.bins = Require.atLeast("bins", bins, 2);
    this.resamples = Require.atLeast("resamples", resamples, 10);
    this.seed = seed;
  }

  /**
   * A function of the means with its bootstrap error. Values left over when the length is not a
   * multiple of the number of bins are not used.
   *
   * @param f function of the means, in the order of {@code observables}; must not keep its argument
   * @param observables {@code [observable][i]}, finite, at least as long as the number of bins; not
   *     modified
   * @return f at the means of the bins; NaN in error and interval where f is undefined at a
   *     resample
   */
  public BootstrapEstimate estimate(ToDoubleFunction<double[]> f, double[]... observables) {
    requireNonNull(f, "f");
    requireNonNull(observables, "observables");
    double[][] binned = Bins.means(bins, observables);
    double[] means = new double[binned.length];
    for (int a = 0; a < means.length; a++) {
      means[a] = Means.of(binned[a]);
    }
    double[] values = new double[resamples];
    SplittableRandom random = new SplittableRandom(new SplittableRandom(seed).nextLong());
    double[] point = new double[means.length];
    for (int k = 0; k < resamples; k++) {
      Arrays.fill(point, 0);
      for (int j = 0; j < bins; j++) {
        int bin = random.nextInt(bins);
        for (int a = 0; a < point.length; a++) {
          point[a] += binned[a][bin] - means[a];
        }
      }
      for (int a = 0; a < point.length; a++) {
        point[a] = means[a] + point[a] / bins;
      }
      values[k] = f.applyAsDouble(point.clone());
    }
    double centre = Means.of(values);
    double squares = 0;
    for (double value : values) {
      squares += (value - centre) * (value - centre);
    }
    Arrays.sort(values);
    boolean defined = Double.isFinite(centre);
    int binLength = observables[0].length / bins;
    return new BootstrapEstimate(
        f.applyAsDouble(means),
        Math.sqrt(squares / (resamples - 1) * bins / (bins - 1)),
        defined ? quantile(values, ONE_SIGMA[0]) : Double.NaN,
        defined ? quantile(values, ONE_SIGMA[1]) : Double.NaN,
        (long) binLength * bins,
        bins,
        binLength);
  }

  /** Linear between neighbours of a sorted sample. */
  private static double quantile(double[] sorted, double p) {
    double at = p * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
