package org.fieldstream.server.generator.exact;

import org.fieldstream.monitoring.exact.BesselRatios;
import org.fieldstream.server.theory.Angles;

/**
 * The density of a sum of m independent plaquettes, as a function of the sum s mod 2 pi:
 *
 * <pre>f_m(s) proportional to sum_k (I_k(beta) / I_0(beta))^m cos(k s).</pre>
 *
 * It is the weight of what m plaquettes that are still to be drawn have to add up to: -s. Given in
 * units of its maximum, f_m(0). Immutable.
 */
final class Remainder {
  /** Coefficients below this change no double that they are added to, nor do all of them. */
  private static final double NEGLIGIBLE = 1e-19;

  /** The series of so many that all sums are equally likely. */
  private static final double[] FLAT = {1};

  /** Cosine series {@code [m][k]}. */
  private final double[][] series;

  /** f_m(pi) / f_m(0), the minimum. */
  private final double[] least;

  /**
   * For all m below a number.
   *
   * @param count that number
   */
  Remainder(BesselRatios ratios, int count) {
    series = new double[count][];
    least = new double[count];
    for (int m = 1; m < count; m++) {
      int terms = 1;
      while (StrictMath.pow(ratios.of(terms), m) > NEGLIGIBLE) {
        terms++;
      }
      double[] c = terms == 1 ? FLAT : new double[terms];
      double atZero = 1;
      double atPi = 1;
      for (int k = terms - 1; k >= 1; k--) {
        c[k] = 2 * StrictMath.pow(ratios.of(k), m);
        atZero += c[k];
        atPi += k % 2 == 0 ? c[k] : -c[k];
      }
      c[0] = 1 / atZero;
      for (int k = 1; k < terms; k++) {
        c[k] /= atZero;
      }
      series[m] = c;
      // Never above the truth: rounding of the sum is below 1e-15.
      least[m] = Math.max(0, atPi / atZero - 1e-14);
    }
  }

  /** A bound from below of {@link #of} for any sum. */
  double least(int m) {
    return least[m];
  }

  /**
   * f_m(s) / f_m(0), by the recurrence of C. W. Clenshaw, Math. Tables Aids Comput. 9 (1955) 118.
   *
   * @param m plaquettes still to be drawn, at least 1
   */
  double of(int m, double s) {
    double[] c = series[m];
    double x = Angles.cos(s);
    double b1 = 0;
    double b2 = 0;
    for (int k = c.length - 1; k >= 1; k--) {
      double b = c[k] + 2 * x * b1 - b2;
      b2 = b1;
      b1 = b;
    }
    return c[0] + x * b1 - b2;
  }
}
