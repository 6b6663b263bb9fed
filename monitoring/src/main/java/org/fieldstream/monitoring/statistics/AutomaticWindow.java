package org.fieldstream.monitoring.statistics;

import java.util.function.LongToDoubleFunction;

/**
 * Sums an autocorrelation function up to an automatic window: U. Wolff, "Monte Carlo errors with
 * less errors", Comput. Phys. Commun. 156 (2004) 143, hep-lat/0306017, section 3.3. The window W is
 * the first lag at which g(W) = exp(-W / tau) - tau / sqrt(W N) is negative (eq. 52), where tau = S
 * / ln(1 + 1/r) (eq. 51) is the exponential time guessed from r = sum_{t=1}^{W} rho(t).
 *
 * <p>Where that r is negative Wolff closes the window at once. That is right for noise, but the
 * error of an anticorrelated chain comes out wrong: for rho(t) = (-0.4)^t, tau_int = 0.04 in place
 * of 0.21. Here r is sum |rho(t)| where sum rho(t) is negative by more than its noise, 2 sqrt(W /
 * N).
 *
 * @param tauInt tau_int, corrected for the bias of eq. 49
 * @param tauIntError its error, eq. 42: tau_int sqrt(4 (W + 1/2 - tau_int) / N)
 * @param window W
 * @param correctedSum C(W) = Gamma(0) + 2 sum_{t=1}^{W} Gamma(t) (eq. 35), corrected for the bias
 */
record AutomaticWindow(double tauInt, double tauIntError, int window, double correctedSum) {

  /**
   * Finds the window and sums up to it.
   *
   * @param s S, the ratio of exponential to integrated time that is allowed for, positive
   * @param gamma0 Gamma(0), positive
   * @param lags the lags at which Gamma is known, ascending, all at least 1; Gamma is taken as
   *     linear between them
   * @param gamma Gamma at lag t; called in order, only as far as needed
   * @param lastLag the window's largest value, at most
   * @param n number of measurements N
   */
  static AutomaticWindow find(
      double s, double gamma0, LagGrid lags, LongToDoubleFunction gamma, long lastLag, long n) {
    double sum = gamma0;
    long window = 0;
    double absolute = 0;
    double gammaAtWindow = gamma0;
    for (long lag = lags.after(0); lag <= lastLag; lag = lags.after(lag)) {
      double value = gamma.applyAsDouble(lag);
      long h = lag - window;
      sum += 2 * sumOfLine(gammaAtWindow, value, h);
      absolute += sumOfLine(Math.abs(gammaAtWindow), Math.abs(value), h);
      window = lag;
      gammaAtWindow = value;
      // A sum that is not positive is no variance: go on until it is one.
      double r = (sum / gamma0 - 1) / 2;
      if (r < -2 * Math.sqrt((double) window / n)) {
        r = absolute / gamma0;
      }
      if (sum > 0 && closes(s, r, window, n)) {
        break;
      }
    }
    if (!(sum > 0)) {
      // Anticorrelated to the last lag; the error of independent measurements is a safe bound.
      sum = gamma0;
      window = 0;
    }
    // Eq. 49: the estimated mean stands for the true one, so every Gamma(t) is low by C / N.
    double bias = sum / n;
    double corrected = sum + (2 * window + 1) * bias;
    double tauInt = corrected / (2 * (gamma0 + bias));
    double tauIntError = tauInt * Math.sqrt(4 * Math.max(0, window + 0.5 - tauInt) / n);
    return new AutomaticWindow(
        tauInt, tauIntError, (int) Math.min(window, Integer.MAX_VALUE), corrected);
  }

  /**
   * sum_{j=1}^{h} of the line from Gamma = from at j = 0 to Gamma = to at j = h; {@code to} if h =
   * 1.
   */
  private static double sumOfLine(double from, double to, long h) {
    return h * from + (to - from) * (h + 1) / 2;
  }

  private static boolean closes(double s, double r, long window, long n) {
    if (r <= 0) {
      return true;
    }
    double tau = s / Math.log1p(1 / r);
    return Math.exp(-window / tau) < tau / Math.sqrt((double) window * n);
  }

  /** The lags at which an autocorrelation function is known. */
  @FunctionalInterface
  interface LagGrid {
    /** The next known lag; larger than {@code lag}. */
    long after(long lag);
  }
}
