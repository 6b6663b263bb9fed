package org.fieldstream.monitoring.statistics;

import static java.util.Objects.requireNonNull;

import java.util.function.ToDoubleFunction;

/**
 * Means, errors and autocorrelation times by the Gamma method: U. Wolff, "Monte Carlo errors with
 * less errors", Comput. Phys. Commun. 156 (2004) 143, erratum 176 (2007) 383, hep-lat/0306017.
 *
 * <p>With N measurements in R replicas and deviations delta_i = a_i - mean,
 *
 * <pre>
 * Gamma(t)  = 1/(N - R t) sum_r sum_i delta_i delta_{i+t}          (eq. 31)
 * C(W)      = Gamma(0) + 2 sum_{t=1}^{W} Gamma(t)                   (eq. 35)
 * error^2   = C(W) / N,   tau_int = C(W) / (2 Gamma(0))             (eqs. 44, 41)
 * </pre>
 *
 * with the automatic window and the bias correction of section 3.3. A function f of several means
 * is projected linearly: delta_i = sum_a (df/dA_a) (a_i - mean_a), gradient by central differences
 * with the errors of the means as steps.
 *
 * <p>Work: O(N W). Immutable; any thread.
 */
public final class GammaMethod {
  /** Wolff's recommended ratio of exponential to integrated autocorrelation time. */
  public static final double DEFAULT_S = 1.5;

  /** Shortest replica that is accepted; below it no lag beyond 3 has more than a few pairs. */
  public static final int MINIMUM_LENGTH = 8;

  private final double s;

  /** The Gamma method with S = {@value #DEFAULT_S}. */
  public GammaMethod() {
    this(DEFAULT_S);
  }

  /**
   * The Gamma method.
   *
   * @param s S of the automatic window, positive; larger means larger windows: less bias, more
   *     noise
   */
  public GammaMethod(double s) {
    if (!(s > 0) || Double.isInfinite(s)) {
      throw new IllegalArgumentException("s: " + s + " (expected: > 0)");
    }
    this.s = s;
  }

  /**
   * Mean of one or several series.
   *
   * @param replicas {@code [replica][i]}, each in the order of its Markov chain and at least
   *     {@value #MINIMUM_LENGTH} long, lengths may differ; not modified
   * @throws IllegalArgumentException if a replica is too short or a value is not finite
   */
  public Estimate mean(double[]... replicas) {
    requireNonNull(replicas, "replicas");
    double[][][] single = new double[replicas.length][][];
    for (int r = 0; r < replicas.length; r++) {
      single[r] = new double[][] {replicas[r]};
    }
    return derivedOfReplicas(means -> means[0], single);
  }

  /**
   * Function of the means of several observables measured on one chain.
   *
   * @param f function of the means, in the order of {@code observables}; must not keep its argument
   * @param observables {@code [observable][i]}; not modified
   * @return an estimate with NaN where f is undefined at the means or within one error of them
   */
  public Estimate derived(ToDoubleFunction<double[]> f, double[]... observables) {
    return derivedOfReplicas(f, new double[][][] {requireNonNull(observables, "observables")});
  }

  /**
   * Function of the means of several observables measured on several chains.
   *
   * @param f function of the means; must not keep its argument
   * @param replicas {@code [replica][observable][i]}; not modified
   */
  public Estimate derivedOfReplicas(ToDoubleFunction<double[]> f, double[][][] replicas) {
    requireNonNull(f, "f");
    check(replicas);
    int observables = replicas[0].length;
    double[] means = new double[observables];
    double[] steps = new double[observables];
    long n = 0;
    for (double[][] replica : replicas) {
      n += replica[0].length;
    }
    for (int a = 0; a < observables; a++) {
      means[a] = meanOver(replicas, a, n);
      steps[a] = Math.sqrt(varianceOver(replicas, a, means[a], n) / n);
    }
    double[] gradient = NumericalGradient.of(f, means, steps);
    double[][] deviations = new double[replicas.length][];
    for (int r = 0; r < replicas.length; r++) {
      deviations[r] = new double[replicas[r][0].length];
      for (int a = 0; a < observables; a++) {
        if (steps[a] == 0) {
          continue;
        }
        for (int i = 0; i < deviations[r].length; i++) {
          deviations[r][i] += gradient[a] * (replicas[r][a][i] - means[a]);
        }
      }
    }
    return ofDeviations(f.applyAsDouble(means.clone()), deviations);
  }

  /**
   * Estimate from projected deviations.
   *
   * @param mean the value to report
   * @param deviations {@code [replica][i]}, of mean 0 over all replicas
   */
  Estimate ofDeviations(double mean, double[][] deviations) {
    long n = 0;
    int shortest = Integer.MAX_VALUE;
    for (double[] replica : deviations) {
      n += replica.length;
      shortest = Math.min(shortest, replica.length);
    }
    double gamma0 = gamma(deviations, 0, n);
    if (Double.isNaN(mean) || !Double.isFinite(gamma0)) {
      return new Estimate(mean, Double.NaN, Double.NaN, Double.NaN, 0, n);
    }
    if (gamma0 == 0) {
      return new Estimate(mean, 0, 0.5, 0, 0, n);
    }
    long total = n;
    AutomaticWindow window =
        AutomaticWindow.find(
            s, gamma0, lag -> lag + 1, lag -> gamma(deviations, (int) lag, total), shortest / 2, n);
    return new Estimate(
        mean,
        Math.sqrt(window.correctedSum() / n),
        window.tauInt(),
        window.tauIntError(),
        window.window(),
        n);
  }

  /** Gamma(t), eq. 31. */
  private static double gamma(double[][] deviations, int lag, long n) {
    double sum = 0;
    for (double[] delta : deviations) {
      for (int i = 0; i + lag < delta.length; i++) {
        sum += delta[i] * delta[i + lag];
      }
    }
    return sum / (n - (long) deviations.length * lag);
  }

  private static double meanOver(double[][][] replicas, int a, long n) {
    double mean = 0;
    for (double[][] replica : replicas) {
      mean += Means.of(replica[a]) * ((double) replica[a].length / n);
    }
    return replicas.length == 1 ? Means.of(replicas[0][a]) : mean;
  }

  private static double varianceOver(double[][][] replicas, int a, double mean, long n) {
    double first = replicas[0][a][0];
    boolean constant = true;
    double sum = 0;
    for (double[][] replica : replicas) {
      for (double value : replica[a]) {
        constant &= value == first;
        sum += (value - mean) * (value - mean);
      }
    }
    // Rounding of the mean must not turn a constant into noise.
    return constant ? 0 : sum / n;
  }

  private static void check(double[][][] replicas) {
    requireNonNull(replicas, "replicas");
    Require.atLeast("replicas", replicas.length, 1);
    for (int r = 0; r < replicas.length; r++) {
      String name = replicas.length == 1 ? "observables" : "replicas[" + r + "]";
      Require.sameLengths(name, replicas[r]);
      if (replicas[r].length != replicas[0].length) {
        throw new IllegalArgumentException(
            String.format(
                "%s: %d observables (expected: %d, as in replicas[0])",
                name, replicas[r].length, replicas[0].length));
      }
      for (int a = 0; a < replicas[r].length; a++) {
        Require.series(name + "[" + a + "]", replicas[r][a], MINIMUM_LENGTH);
      }
    }
  }
}
