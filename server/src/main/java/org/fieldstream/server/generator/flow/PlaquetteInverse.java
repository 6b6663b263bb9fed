package org.fieldstream.server.generator.flow;

import java.util.Arrays;
import org.fieldstream.server.theory.Angles;

/**
 * The inverse of a {@link PlaquetteFlow}, in double. The sum of the t_x is known, it is that of the
 * t'_x, and F(t_x) = t'_x + m with one m for all; so m is the solution of
 *
 * <pre>sum_x [F^-1(t'_x + m) - t'_x] = 0,</pre>
 *
 * whose left side rises with slope sum_x 1 / F'(t_x). Newton's steps within brackets for m, and
 * within each for what each layer was given, from the last layer to the first. Not thread-safe.
 */
final class PlaquetteInverse implements Flow.Inverse {
  private static final int MOST_STEPS = 200;
  private static final double CLOSE = 1e-15;

  private final double[][] weights;

  /** No h of a layer is beyond this. */
  private final double[] reach;

  /** What each layer was given, {@code [layer][x]}, where the search for it begins. */
  private final double[][] given;

  /** F' at the angles found last. */
  private double slope;

  /**
   * The inverse.
   *
   * @param weights {@code [layer][k - 1]}; not modified
   */
  PlaquetteInverse(double[][] weights, int sites) {
    this.weights = weights;
    reach = new double[weights.length];
    Arrays.setAll(reach, layer -> Arrays.stream(weights[layer]).map(Math::abs).sum());
    given = new double[weights.length][sites];
  }

  @Override
  public double[] normals(double[] phi) {
    for (double[] layer : given) {
      System.arraycopy(phi, 0, layer, 0, phi.length);
    }
    double high = Arrays.stream(reach).sum();
    double low = -high;
    double m = 0;
    double[] z = new double[phi.length];
    for (int step = 0; step < MOST_STEPS; step++) {
      double excess = 0;
      double rise = 0;
      for (int x = 0; x < phi.length; x++) {
        z[x] = before(phi[x] + m, x);
        excess += z[x] - phi[x];
        rise += 1 / slope;
      }
      if (excess > 0) {
        high = m;
      } else {
        low = m;
      }
      double next = m - excess / rise;
      if (!(next >= low && next <= high)) {
        next = 0.5 * (low + high);
      }
      if (!(Math.abs(next - m) > CLOSE)) {
        break;
      }
      m = next;
    }
    return z;
  }

  /** F^-1 for a site; sets {@link #slope}. */
  private double before(double after, int x) {
    slope = 1;
    double t = after;
    for (int layer = weights.length - 1; layer >= 0; layer--) {
      t = before(layer, t, given[layer][x]);
      given[layer][x] = t;
    }
    return t;
  }

  /**
   * Finds t with t + h(t) = after; multiplies {@link #slope} by 1 + h'(t).
   *
   * @param start about where it is
   */
  private double before(int layer, double after, double start) {
    double[] w = weights[layer];
    double low = after - reach[layer];
    double high = after + reach[layer];
    double t = Math.min(high, Math.max(low, start));
    double rise = 1;
    for (int step = 0; step < MOST_STEPS; step++) {
      // sin(k t) and cos(k t) by their recurrence in k.
      double sine = Angles.sin(t);
      double cosine = Angles.cos(t);
      double s = sine;
      double c = cosine;
      double value = t - after;
      rise = 1;
      for (int k = 1; k <= w.length; k++) {
        value += w[k - 1] * s;
        rise += k * w[k - 1] * c;
        double turned = s * cosine + c * sine;
        c = c * cosine - s * sine;
        s = turned;
      }
      if (value > 0) {
        high = t;
      } else {
        low = t;
      }
      double next = t - value / rise;
      if (!(next >= low && next <= high)) {
        next = 0.5 * (low + high);
      }
      if (!(Math.abs(next - t) > CLOSE * Math.max(1, Math.abs(t)))) {
        break;
      }
      t = next;
    }
    slope *= rise;
    return t;
  }
}
