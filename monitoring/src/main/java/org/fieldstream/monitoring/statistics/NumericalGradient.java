package org.fieldstream.monitoring.statistics;

import java.util.function.ToDoubleFunction;

/** Gradients of functions of means, by central differences. */
final class NumericalGradient {
  private NumericalGradient() {}

  /**
   * Gradient of f by central differences, (f(A + h_a e_a) - f(A - h_a e_a)) / (2 h_a).
   *
   * @param f function of the means
   * @param means point A; not modified
   * @param steps h_a, the natural scale being the error of mean a; a step of 0 (a constant
   *     observable) gives the derivative 0
   * @return one derivative per mean; NaN where f is undefined within a step
   */
  static double[] of(ToDoubleFunction<double[]> f, double[] means, double[] steps) {
    double[] gradient = new double[means.length];
    for (int a = 0; a < means.length; a++) {
      if (steps[a] == 0) {
        continue;
      }
      double[] point = means.clone();
      point[a] = means[a] + steps[a];
      double above = point[a];
      double fAbove = f.applyAsDouble(point.clone());
      point[a] = means[a] - steps[a];
      double below = point[a];
      double fBelow = f.applyAsDouble(point);
      // The step that was taken, after rounding.
      gradient[a] = above == below ? 0 : (fAbove - fBelow) / (above - below);
    }
    return gradient;
  }
}
