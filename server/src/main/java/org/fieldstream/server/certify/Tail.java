package org.fieldstream.server.certify;

import org.hipparchus.distribution.continuous.FDistribution;
import org.hipparchus.distribution.continuous.TDistribution;
import org.hipparchus.special.Erf;

/** Tail probabilities, two-sided, and the standard deviations of a normal that have them. */
final class Tail {
  /** Beyond this a double holds no probability: what is further off is said to be this far off. */
  static final double FARTHEST = 37;

  /** Halves 37 to below the last digit of a double. */
  private static final int BISECTIONS = 60;

  private Tail() {}

  /** Probability of a normal to be further from 0 than some standard deviations. */
  static double ofSigmas(double sigmas) {
    return Erf.erfc(Math.min(FARTHEST, Math.abs(sigmas)) / Math.sqrt(2));
  }

  /**
   * Standard deviations that a normal exceeds with a probability: by bisection, because the usual
   * inverses lose all digits beyond 8.
   */
  static double sigmas(double probability) {
    double low = 0;
    double high = FARTHEST;
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (low + high) / 2;
      if (ofSigmas(middle) > probability) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  /**
   * Of a mean over its estimated error: Student's t.
   *
   * @param freedom how well the error is known, in degrees of freedom
   */
  static double ofStudent(double t, double freedom) {
    if (Double.isInfinite(t)) {
      return 0;
    }
    return 2 * new TDistribution(Math.max(1, freedom)).cumulativeProbability(-Math.abs(t));
  }

  /**
   * Of several means together: H. Hotelling, Ann. Math. Stat. 2 (1931) 360, T^2 (n - k) / (k (n -
   * 1)) is distributed as F(k, n - k).
   *
   * @param t2 T^2
   * @param k how many means, at least 1
   * @param n how many independent configurations, more than k
   */
  static double ofHotelling(double t2, int k, double n) {
    double f = t2 * (n - k) / (k * (n - 1));
    // The upper tail of F(a, b) at f is the lower tail of F(b, a) at 1 / f, which keeps its digits.
    return f <= 0 ? 1 : new FDistribution(n - k, k).cumulativeProbability(1 / f);
  }
}
