package org.fieldstream.monitoring.exact;

/**
 * Modified Bessel functions of whole order in units of the first: r_n = I_n(x) / I_0(x), which is
 * the mean of cos(n t) under exp(x cos t).
 *
 * <p>From rho_n = I_{n+1} / I_n = 1 / (2 (n + 1) / x + rho_{n+1}), downwards from an order where
 * rho no longer matters: stable, and nothing can overflow (W. Gautschi, "Computational aspects of
 * three-term recurrence relations", SIAM Review 9 (1967) 24). Immutable.
 */
public final class BesselRatios {
  private final double[] ratios;

  /**
   * All ratios that a double sum beside 1 can notice, and more.
   *
   * @param x argument, finite, at least 0
   */
  public BesselRatios(double x) {
    if (!(x >= 0) || Double.isInfinite(x)) {
      throw new IllegalArgumentException("x: " + x + " (expected: finite and >= 0)");
    }
    // r_n is about exp(-n^2 / 2x), and smaller where n is beyond x: below 1e-31 at this order.
    int last = 24 + (int) Math.ceil(12 * Math.sqrt(x));
    double rho = 0;
    for (int n = 2 * last; n > last; n--) {
      rho = 1 / (2 * (n + 1) / x + rho);
    }
    double[] rhos = new double[last];
    for (int n = last - 1; n >= 0; n--) {
      rho = 1 / (2 * (n + 1) / x + rho);
      rhos[n] = rho;
    }
    ratios = new double[last + 1];
    ratios[0] = 1;
    for (int n = 0; n < last; n++) {
      ratios[n + 1] = ratios[n] * rhos[n];
    }
  }

  /** I_n / I_0, for an n of either sign; 0 beyond {@link #last()}. */
  public double of(int n) {
    int order = Math.abs(n);
    return order < ratios.length ? ratios[order] : 0;
  }

  /** The last order kept; all beyond it together are below 1e-30. */
  public int last() {
    return ratios.length - 1;
  }

  /** exp(-x) I_0(x), from exp(x) = I_0 + 2 sum_{n>=1} I_n. */
  public double scaledFirst() {
    double sum = 0;
    for (int n = last(); n >= 1; n--) {
      sum += ratios[n];
    }
    return 1 / (1 + 2 * sum);
  }
}
