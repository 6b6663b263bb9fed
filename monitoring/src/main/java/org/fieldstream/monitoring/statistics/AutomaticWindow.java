package org.fieldstream.monitoring.statistics;

import java.util.function.LongToDoubleFunction;

/**
 * Sums an autocorrelation function up to an automatic window: U. Wolff, "Monte Carlo errors with
 * less errors", Comput. Phys. Commun. 156 (2004) 143, hep-lat/0306017, section 3.3. The window W is
 * the first lag at which g(W) = exp(-W / tau) - tau / sqrt(W N) is negative (eq. 52), where tau = S
 * / ln((2 tau_int + 1) / (2 tau_int - 1)) (eq. 51) is the exponential time guessed from tau_int(W).
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
    double gammaAtWindow = gamma0;
    for (long lag = lags.after(0); lag <= lastLag; lag = lags.after(lag)) {
      double value = gamma.applyAsDouble(lag);
      long h = lag - window;
      // sum_{j=1}^{h} of the line from Gamma(window) to Gamma(lag); plain Gamma(lag) when h = 1.
      sum += 2 * (h * gammaAtWindow + (value - gammaAtWindow) * (h + 1) / 2);
      window = lag;
      gammaAtWindow = value;
      // A sum that is not positive (strong anticorrelation) is no variance: go on until it is one.
      if (sum > 0 && closes(s, sum / (2 * gamma0), window, n)) {
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

  private static boolean closes(double s, double tauInt, long window, long n) {
    if (tauInt <= 0.5) {
      return true;
    }
    double tau = s / Math.log((2 * tauInt + 1) / (2 * tauInt - 1));
    return Math.exp(-window / tau) < tau / Math.sqrt((double) window * n);
  }

  /** The lags at which an autocorrelation function is known. */
  @FunctionalInterface
  interface LagGrid {
    /** The next known lag; larger than {@code lag}. */
    long after(long lag);
  }
}
