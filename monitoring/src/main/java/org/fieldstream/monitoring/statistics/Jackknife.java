package org.fieldstream.monitoring.statistics;

import static java.util.Objects.requireNonNull;

import java.util.function.ToDoubleFunction;

/**
 * Binned delete-one jackknife for functions of means: M. H. Quenouille (1956), J. W. Tukey (1958);
 * as used on the lattice, e.g. P. Young, "Everything you wanted to know about data analysis and
 * fitting", arXiv:1210.3781, eqs. 26-29.
 *
 * <pre>
 * f_(j)    = f at the means without bin j,   f_(.) = mean of f_(j)
 * error^2  = (B - 1)/B sum_j (f_(j) - f_(.))^2
 * </pre>
 *
 * Bins must be much longer than tau_int, which the jackknife cannot check; prefer {@link
 * GammaMethod} where it applies. Immutable; any thread.
 */
public final class Jackknife {
  private final int bins;

  /**
   * A jackknife over equal bins.
   *
   * @param bins number of bins B, at least 2; the relative error of the error is about 1/sqrt(2B)
   */
  public Jackknife(int bins) {
    this.bins = Require.atLeast("bins", bins, 2);
  }

  /**
   * Function of the means with its jackknife error. Values left over when the length is not a
   * multiple of the number of bins are not used.
   *
   * @param f function of the means, in the order of {@code observables}; must not keep its argument
   * @param observables {@code [observable][i]}, finite, at least as long as the number of bins; not
   *     modified
   * @return f at the means, minus the jackknife's estimate of its bias, (B - 1)(f_(.) - f)
   */
  public BinnedEstimate estimate(ToDoubleFunction<double[]> f, double[]... observables) {
    requireNonNull(f, "f");
    requireNonNull(observables, "observables");
    double[][] binMeans = Bins.means(bins, observables);
    int binLength = observables[0].length / bins;
    double[] means = new double[observables.length];
    for (int a = 0; a < means.length; a++) {
      means[a] = Means.of(binMeans[a]);
    }
    double[] deleted = new double[bins];
    double[] point = new double[observables.length];
    for (int j = 0; j < bins; j++) {
      for (int a = 0; a < point.length; a++) {
        point[a] = means[a] + (means[a] - binMeans[a][j]) / (bins - 1);
      }
      deleted[j] = f.applyAsDouble(point.clone());
    }
    double mean = Means.of(deleted);
    double squares = 0;
    for (double value : deleted) {
      squares += (value - mean) * (value - mean);
    }
    double all = f.applyAsDouble(means);
    return new BinnedEstimate(
        all - (bins - 1) * (mean - all),
        Math.sqrt(squares * (bins - 1) / bins),
        (long) binLength * bins,
        bins,
        binLength);
  }
}
