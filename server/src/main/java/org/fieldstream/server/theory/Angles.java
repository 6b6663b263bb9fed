package org.fieldstream.server.theory;

/**
 * Angles in radians. Sines and cosines are ours, so that they are the same bits on every Java
 * runtime, before and after compilation: the nearest of 1,024 tabulated angles, and a Taylor series
 * for the rest, to 3e-16 in absolute terms for |x| up to 1e4.
 */
public final class Angles {
  private static final int POINTS = 1024;
  private static final double PER_RADIAN = POINTS / (2 * Math.PI);

  /** 2 pi / POINTS in two parts; products of the first with indices up to 2^21 are exact. */
  private static final double STEP_HIGH =
      Double.longBitsToDouble(Double.doubleToRawLongBits(2 * Math.PI / POINTS) & -1L << 22);

  /** 2 pi = the double nearest to it + 2.449e-16. */
  private static final double STEP_LOW =
      (2 * Math.PI / POINTS - STEP_HIGH) + 2.4492935982947064e-16 / POINTS;

  private static final double[] COS = new double[POINTS];
  private static final double[] SIN = new double[POINTS];

  static {
    // From the first eighth of the circle, where the library's errors are smallest.
    int quarter = POINTS / 4;
    for (int i = 0; i < quarter; i++) {
      double angle = 2 * Math.PI * Math.min(i, quarter - i) / POINTS;
      boolean low = 2 * i <= quarter;
      double cos = low ? StrictMath.cos(angle) : StrictMath.sin(angle);
      double sin = low ? StrictMath.sin(angle) : StrictMath.cos(angle);
      for (int at = i; at < POINTS; at += quarter) {
        COS[at] = cos;
        SIN[at] = sin;
        double turned = -sin;
        sin = cos;
        cos = turned;
      }
    }
  }

  private Angles() {}

  /** The same angle in [-pi, pi]. */
  public static double wrap(double x) {
    return x - 2 * Math.PI * Math.rint(x / (2 * Math.PI));
  }

  /**
   * The same angle as a float in (-pi, pi]: of the two floats next to pi the one that is smaller.
   */
  public static float canonical(double x) {
    float f = (float) wrap(x);
    return f > Math.PI ? Math.nextDown(f) : f < -Math.PI ? Math.nextUp(f) : f;
  }

  /** cos x. */
  public static double cos(double x) {
    double k = Math.rint(x * PER_RADIAN);
    double d = (x - k * STEP_HIGH) - k * STEP_LOW;
    int i = (int) k & POINTS - 1;
    return COS[i] * cosOfSmall(d) - SIN[i] * sinOfSmall(d);
  }

  /** sin x. */
  public static double sin(double x) {
    double k = Math.rint(x * PER_RADIAN);
    double d = (x - k * STEP_HIGH) - k * STEP_LOW;
    int i = (int) k & POINTS - 1;
    return SIN[i] * cosOfSmall(d) + COS[i] * sinOfSmall(d);
  }

  // |d| is at most 0.0031: the first terms left out are below 1e-21.
  private static double cosOfSmall(double d) {
    double d2 = d * d;
    return 1 - d2 * (0.5 - d2 * (1 / 24.0 - d2 * (1 / 720.0)));
  }

  private static double sinOfSmall(double d) {
    double d2 = d * d;
    return d * (1 - d2 * (1 / 6.0 - d2 * (1 / 120.0)));
  }
}
