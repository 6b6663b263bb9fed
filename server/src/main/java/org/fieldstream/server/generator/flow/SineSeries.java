package org.fieldstream.server.generator.flow;

/**
 * Sines of many sites at once, in double: additions and multiplications only and no branches, so
 * that the compiler makes SIMD code of the loops, and the bits are the same everywhere.
 *
 * <p>x is reduced to r in [-pi/2, pi/2], x = n pi + r; sin x = (-1)^n sin r and cos x = (-1)^n cos
 * r by their Taylor series to r^21 and r^20, whose next terms are below 2e-17. Right to 5e-16 for
 * |x| up to 1e6, beyond to 1e-15 |x|.
 */
final class SineSeries {
  /** pi to 34 bits, and the rest: products with integers up to 2^19 are exact. */
  private static final double PI = 3.14159265346825122834;

  private static final double PI_REST = 1.215420101301238449864e-10;

  // One over a factorial, exact to rounding.
  private static final double F2 = 1.0 / 2;
  private static final double F3 = F2 / 3;
  private static final double F4 = F3 / 4;
  private static final double F5 = 1.0 / 120;
  private static final double F6 = 1.0 / 720;
  private static final double F7 = 1.0 / 5040;
  private static final double F8 = 1.0 / 40320;
  private static final double F9 = 1.0 / 362880;
  private static final double F10 = 1.0 / 3628800;
  private static final double F11 = 1.0 / 39916800;
  private static final double F12 = 1.0 / 479001600;
  private static final double F13 = 1.0 / 6227020800.0;
  private static final double F14 = 1.0 / 87178291200.0;
  private static final double F15 = 1.0 / 1307674368000.0;
  private static final double F16 = 1.0 / 20922789888000.0;
  private static final double F17 = 1.0 / 355687428096000.0;
  private static final double F18 = 1.0 / 6402373705728000.0;
  private static final double F19 = 1.0 / 121645100408832000.0;
  private static final double F20 = 1.0 / 2432902008176640000.0;
  private static final double F21 = 1.0 / 51090942171709440000.0;

  private final double[] r;
  private final double[] sign;

  /** For so many sites at a time. Not thread-safe. */
  SineSeries(int sites) {
    r = new double[sites];
    sign = new double[sites];
  }

  /**
   * {@code sum[i] += w sin(k x[i])}.
   *
   * @param x not modified
   * @param sum modified
   */
  void add(double k, double w, double[] x, double[] sum) {
    for (int i = 0; i < r.length; i++) {
      r[i] = k * x[i];
    }
    reduce(w);
    for (int i = 0; i < sum.length; i++) {
      sum[i] += sign[i] * sine(r[i]);
    }
  }

  /**
   * With {@code p = k x[i] + shift[at + i]}: {@code sum[i] += w sin p}, {@code slope[i] += w k cos
   * p}, {@code curvature[i] -= w k^2 sin p}.
   *
   * @param x not modified
   * @param shift not modified
   */
  void add(
      double k,
      double w,
      double[] x,
      double[] shift,
      int at,
      double[] sum,
      double[] slope,
      double[] curvature) {
    // One result a loop: with more the compiler leaves them as they are.
    for (int i = 0; i < r.length; i++) {
      r[i] = k * x[i] + shift[at + i];
    }
    reduce(w);
    for (int i = 0; i < slope.length; i++) {
      slope[i] += k * (sign[i] * cosine(r[i]));
    }
    for (int i = 0; i < r.length; i++) {
      r[i] = sign[i] * sine(r[i]);
    }
    for (int i = 0; i < sum.length; i++) {
      sum[i] += r[i];
    }
    for (int i = 0; i < curvature.length; i++) {
      curvature[i] -= k * k * r[i];
    }
  }

  /** From arguments in r to what is left of them there, and w (-1)^n. */
  private void reduce(double w) {
    for (int i = 0; i < sign.length; i++) {
      sign[i] = Math.rint(r[i] * (1 / Math.PI));
    }
    for (int i = 0; i < r.length; i++) {
      r[i] = r[i] - sign[i] * PI - sign[i] * PI_REST;
    }
    for (int i = 0; i < sign.length; i++) {
      sign[i] = w * (1 - 2 * (sign[i] - 2 * Math.floor(0.5 * sign[i])));
    }
  }

  private static double sine(double r) {
    double z = r * r;
    double high = F15 - z * (F17 - z * (F19 - z * F21));
    return r - r * z * (F3 - z * (F5 - z * (F7 - z * (F9 - z * (F11 - z * (F13 - z * high))))));
  }

  private static double cosine(double r) {
    double z = r * r;
    double high = F14 - z * (F16 - z * (F18 - z * F20));
    return 1 - z * (F2 - z * (F4 - z * (F6 - z * (F8 - z * (F10 - z * (F12 - z * high))))));
  }
}
