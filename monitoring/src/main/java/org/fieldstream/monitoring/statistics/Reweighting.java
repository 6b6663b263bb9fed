package org.fieldstream.monitoring.statistics;

import static java.util.Objects.requireNonNull;

import java.util.function.ToDoubleFunction;

/**
 * Expectation values in exp(-S) from draws with log weights log w_i = -S(x_i) - log q(x_i).
 *
 * <p>The ratio estimator mean = sum_i w_i a_i / sum_i w_i is a function of two plain means; its
 * error follows from the deviations delta_i = w_i (a_i - mean) / mean(w), and for f(means) from
 * their combination with the gradient of f (delta method; A. B. Owen, "Monte Carlo theory, methods
 * and examples", 2013, section 9.2, eq. 9.8). The deviations go through {@link GammaMethod}, so
 * draws that are themselves correlated are accounted for. The O(1/N) bias of the ratio is below the
 * error and is left.
 *
 * <p>Immutable (the weights are copied); any thread.
 */
public final class Reweighting {
  private final double[] weights;
  private final double effectiveN;
  private final GammaMethod gammaMethod = new GammaMethod();

  /**
   * Weights for a set of draws.
   *
   * @param logWeights one per draw (nats), finite or -Infinity, not all -Infinity, at least {@value
   *     GammaMethod#MINIMUM_LENGTH}; not modified
   */
  public Reweighting(double[] logWeights) {
    double max = EffectiveSampleSize.max(logWeights);
    Require.atLeast("logWeights", logWeights.length, GammaMethod.MINIMUM_LENGTH);
    double[] relative = new double[logWeights.length];
    double sum = 0;
    for (int i = 0; i < relative.length; i++) {
      relative[i] = Math.exp(logWeights[i] - max);
      sum += relative[i];
    }
    // Normalised to mean 1, so that deviations have the observable's scale.
    double meanWeight = sum / relative.length;
    for (int i = 0; i < relative.length; i++) {
      relative[i] /= meanWeight;
    }
    this.weights = relative;
    this.effectiveN = EffectiveSampleSize.ratio(logWeights) * relative.length;
  }

  /** (sum w)^2 / sum w^2. */
  public double effectiveN() {
    return effectiveN;
  }

  /**
   * Reweighted mean.
   *
   * @param values one per draw, finite; not modified
   */
  public WeightedEstimate mean(double[] values) {
    return derived(means -> means[0], values);
  }

  /**
   * The deviations w_i (a_i - mean) / mean(w), whose mean's error is that of the reweighted mean:
   * for draws of which more is known than their order.
   *
   * @param values one per draw, finite; not modified
   * @param mean their reweighted mean
   */
  public double[] deviations(double[] values, double mean) {
    double[] deviations = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      deviations[i] = weights[i] * (values[i] - mean);
    }
    return deviations;
  }

  /**
   * Function of reweighted means.
   *
   * @param f function of the means, in the order of {@code observables}; must not keep its argument
   * @param observables {@code [observable][draw]}; not modified
   */
  public WeightedEstimate derived(ToDoubleFunction<double[]> f, double[]... observables) {
    requireNonNull(f, "f");
    Require.sameLengths("observables", observables);
    int n = weights.length;
    double[] means = new double[observables.length];
    double[] steps = new double[observables.length];
    for (int a = 0; a < observables.length; a++) {
      String name = "observables[" + a + "]";
      Require.series(name, observables[a], 1);
      if (observables[a].length != n) {
        throw new IllegalArgumentException(
            name + ": " + observables[a].length + " values (expected: " + n + ", one per weight)");
      }
      means[a] = weightedMean(observables[a]);
      double squares = 0;
      for (int i = 0; i < n; i++) {
        double delta = weights[i] * (observables[a][i] - means[a]);
        squares += delta * delta;
      }
      steps[a] = Math.sqrt(squares) / n;
    }
    double[] gradient = NumericalGradient.of(f, means, steps);
    double[] deviations = new double[n];
    for (int a = 0; a < observables.length; a++) {
      for (int i = 0; i < n && steps[a] != 0; i++) {
        deviations[i] += gradient[a] * weights[i] * (observables[a][i] - means[a]);
      }
    }
    Estimate estimate =
        gammaMethod.ofDeviations(f.applyAsDouble(means.clone()), new double[][] {deviations});
    return new WeightedEstimate(estimate.mean(), estimate.error(), n, effectiveN);
  }

  private double weightedMean(double[] values) {
    double origin = values[0];
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += weights[i] * (values[i] - origin);
    }
    return origin + sum / values.length;
  }
}
