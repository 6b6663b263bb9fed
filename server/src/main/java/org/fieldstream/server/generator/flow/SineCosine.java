package org.fieldstream.server.generator.flow;

/**
 * Sine and cosine together, in double, to two units in the last place: one reduction to [-pi/4,
 * pi/4] and the polynomials of fdlibm's {@code k_sin.c} and {@code k_cos.c} (Sun Microsystems,
 * 1993). A third of the time of two calls, and additions and multiplications only, so that the bits
 * are the same everywhere. Not thread-safe.
 */
final class SineCosine {
  private static final double TWO_OVER_PI = 6.36619772367581382433e-01;

  /** pi / 2 to 33 bits, and the rest: products with integers up to 2^20 are exact. */
  private static final double HALF_PI = 1.57079632673412561417e+00;

  private static final double HALF_PI_REST = 6.07710050650619224932e-11;

  /** Beyond, the reduction loses digits. */
  private static final double LARGEST = 1e6;

  private double sine;
  private double cosine;

  /** Computes both. */
  void at(double x) {
    if (!(Math.abs(x) <= LARGEST)) {
      sine = StrictMath.sin(x);
      cosine = StrictMath.cos(x);
      return;
    }
    double n = Math.rint(x * TWO_OVER_PI);
    double r = x - n * HALF_PI - n * HALF_PI_REST;
    double z = r * r;
    double s =
        r
            + r
                * z
                * (-1.66666666666666324348e-01
                    + z
                        * (8.33333333332248946124e-03
                            + z
                                * (-1.98412698298579493134e-04
                                    + z
                                        * (2.75573137070700676789e-06
                                            + z
                                                * (-2.50507602534068634195e-08
                                                    + z * 1.58969099521155010221e-10)))));
    double c =
        1
            - (0.5 * z
                - z
                    * z
                    * (4.16666666666666019037e-02
                        + z
                            * (-1.38888888888741095749e-03
                                + z
                                    * (2.48015872894767294178e-05
                                        + z
                                            * (-2.75573143513906633035e-07
                                                + z
                                                    * (2.08757232129817482790e-09
                                                        - z * 1.13596475577881948265e-11))))));
    int quadrant = (int) n;
    boolean swapped = (quadrant & 1) != 0;
    double first = swapped ? c : s;
    double second = swapped ? s : c;
    sine = (quadrant & 2) == 0 ? first : -first;
    cosine = ((quadrant + 1) & 2) == 0 ? second : -second;
  }

  double sine() {
    return sine;
  }

  double cosine() {
    return cosine;
  }
}
