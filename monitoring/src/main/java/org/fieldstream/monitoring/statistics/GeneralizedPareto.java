package org.fieldstream.monitoring.statistics;

/**
 * Shape of a generalised Pareto distribution fitted to exceedances: J. Zhang, M. A. Stephens, "A
 * new and efficient estimation method for the generalized Pareto distribution", Technometrics 51
 * (2009) 316. With density (1/sigma) (1 + k x / sigma)^(-1/k - 1), so k > 0 is a heavy tail with
 * moments below order 1/k only (their own k has the other sign).
 *
 * <p>The posterior mean over theta = -k / sigma is a sum over a grid of profile likelihoods, eqs. 6
 * to 8 there; the grid has 30 + sqrt(n) points, and k is drawn towards 1/2 with the weight of 10
 * points, as in A. Vehtari, D. Simpson, A. Gelman, Y. Yao, J. Gabry, "Pareto smoothed importance
 * sampling", arXiv:1507.02646, appendix C.
 */
final class GeneralizedPareto {
  /** Fewest exceedances that are fitted. */
  static final int MINIMUM = 5;

  private static final double PRIOR_SPREAD = 3;
  private static final double PRIOR_SHAPE = 0.5;
  private static final double PRIOR_WEIGHT = 10;

  private GeneralizedPareto() {}

  /**
   * k.
   *
   * @param x exceedances, positive, ascending, at least {@value #MINIMUM}; not modified
   */
  static double shape(double[] x) {
    int n = x.length;
    int points = 30 + (int) Math.sqrt(n);
    double quartile = x[(int) (n / 4.0 + 0.5) - 1];
    double[] theta = new double[points];
    double[] logLikelihood = new double[points];
    double best = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < points; j++) {
      theta[j] = 1 / x[n - 1] + (1 - Math.sqrt(points / (j + 0.5))) / (PRIOR_SPREAD * quartile);
      double k = meanLog(theta[j], x);
      logLikelihood[j] = n * (Math.log(-theta[j] / k) - k - 1);
      best = Math.max(best, logLikelihood[j]);
    }
    double sum = 0;
    double weighted = 0;
    for (int j = 0; j < points; j++) {
      double weight = Math.exp(logLikelihood[j] - best);
      sum += weight;
      weighted += weight * theta[j];
    }
    double k = meanLog(weighted / sum, x);
    return (n * k + PRIOR_WEIGHT * PRIOR_SHAPE) / (n + PRIOR_WEIGHT);
  }

  /** k at a given theta: the mean of log(1 - theta x). */
  private static double meanLog(double theta, double[] x) {
    double sum = 0;
    for (double value : x) {
      sum += Math.log1p(-theta * value);
    }
    return sum / x.length;
  }
}
