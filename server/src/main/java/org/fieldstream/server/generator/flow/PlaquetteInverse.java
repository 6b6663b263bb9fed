package org.fieldstream.server.generator.flow;

import java.util.Arrays;
import org.fieldstream.server.theory.Angles;

/**
 * The inverse of a {@link PlaquetteFlow}, in double: layers backwards. Of a layer's t'_x the sum of
 * t_x is known, it is that of t'_x, and F(t_x) = t_x + h(t_x) = t'_x + m with one m for all; so m
 * is the solution of
 *
 * <pre>sum_x [F^-1(t'_x + m) - t'_x] = 0,</pre>
 *
 * whose left side rises with slope sum_x 1 / d_x. Newton's steps within brackets for m, and within
 * each for the t_x. Not thread-safe.
 */
final class PlaquetteInverse implements Flow.Inverse {
  private static final int MOST_STEPS = 100;
  private static final double CLOSE = 1e-14;

  private final double[][] weights;
  private final double[] t;
  private final double[] reach;

  /**
   * The inverse.
   *
   * @param weights {@code [layer][k - 1]}; not modified
   */
  PlaquetteInverse(double[][] weights, int sites) {
    this.weights = weights;
    t = new double[sites];
    reach = new double[weights.length];
    for (int layer = 0; layer < weights.length; layer++) {
      reach[layer] = Arrays.stream(weights[layer]).map(Math::abs).sum();
    }
  }

  @Override
  public double[] normals(double[] phi) {
    double[] x = phi.clone();
    for (int layer = weights.length - 1; layer >= 0; layer--) {
      undo(layer, x);
    }
    return x;
  }

  /** Undoes a layer; x is modified. */
  private void undo(int layer, double[] x) {
    System.arraycopy(x, 0, t, 0, x.length);
    // |m| is a mean of h, and no h is beyond the sum of the weights.
    double low = -reach[layer];
    double high = reach[layer];
    double m = 0;
    for (int step = 0; step < MOST_STEPS; step++) {
      double excess = 0;
      double slope = 0;
      for (int i = 0; i < x.length; i++) {
        double d = solve(layer, x[i] + m, i);
        excess += t[i] - x[i];
        slope += 1 / d;
      }
      if (excess > 0) {
        high = m;
      } else {
        low = m;
      }
      double next = m - excess / slope;
      if (!(next >= low && next <= high)) {
        next = 0.5 * (low + high);
      }
      double moved = Math.abs(next - m);
      m = next;
      if (moved <= CLOSE) {
        break;
      }
    }
    for (int i = 0; i < x.length; i++) {
      solve(layer, x[i] + m, i);
      x[i] = t[i];
    }
  }

  /**
   * Finds t_i with F(t_i) = target, from where it is.
   *
   * @return F' there
   */
  private double solve(int layer, double target, int i) {
    double[] w = weights[layer];
    double low = target - reach[layer];
    double high = target + reach[layer];
    double x = Math.min(high, Math.max(low, t[i]));
    double slope = 1;
    for (int step = 0; step < MOST_STEPS; step++) {
      // sin(k x) and cos(k x) by their recurrence in k.
      double sine = Angles.sin(x);
      double cosine = Angles.cos(x);
      double s = sine;
      double c = cosine;
      double value = x - target;
      slope = 1;
      for (int k = 1; k <= w.length; k++) {
        value += w[k - 1] * s;
        slope += k * w[k - 1] * c;
        double turned = s * cosine + c * sine;
        c = c * cosine - s * sine;
        s = turned;
      }
      if (value > 0) {
        high = x;
      } else {
        low = x;
      }
      double next = x - value / slope;
      if (!(next > low && next < high)) {
        next = 0.5 * (low + high);
      }
      double moved = Math.abs(next - x);
      x = next;
      if (!(moved > CLOSE * Math.max(1, Math.abs(x)))) {
        break;
      }
    }
    t[i] = x;
    return slope;
  }
}
