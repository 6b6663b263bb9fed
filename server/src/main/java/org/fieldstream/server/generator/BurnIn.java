package org.fieldstream.server.generator;

/**
 * How many proposals an independence Metropolis chain needs to forget its first state.
 *
 * <p>Let w = p/q be the weight, normalised to mean 1 under q, and v its variance under q: the
 * effective sample size is ESS/N = 1 / (1 + v). Start one chain from a draw of q and another from
 * p, and give both the same proposals and the same uniforms. Both accept a proposal w' with
 * probability at least a(m) = E_q[min(1, w'/m)], where m is the larger of their weights, and are
 * one chain from then on; until then m never grows, for what the heavier chain rejects is lighter
 * than itself. So after n proposals the distance in total variation from p is at most
 *
 * <pre>
 * P_p(w > m) + P_q(w > m) + (1 - a(m))^n     for any m = 1 + k > 1, where by Chebyshev's argument
 * P_p(w > m) <= v (1 + k) / k^2,   P_q(w > m) <= v / k^2,   a(m) >= (1 - v / (4 k)) / (1 + k)
 * </pre>
 *
 * (coupling as in G. O. Roberts, J. S. Rosenthal, "General state space Markov chains and MCMC
 * algorithms", Probability Surveys 1 (2004) 20, section 4.1). Half the tolerance goes to the first
 * two terms, which fixes k, the other half to the last, which gives n.
 */
public final class BurnIn {
  /** The least: what every model gets. */
  public static final int LEAST = 256;

  /**
   * The most, reached at ESS/N = 0.016; a model below, or one whose ESS nobody measured, gets this
   * many and a start that is less certain.
   */
  public static final int MOST = 1 << 16;

  /** Distance in total variation between the chain's state 0 and its stationary distribution. */
  public static final double TOLERANCE = 0.01;

  private BurnIn() {}

  /**
   * Proposals before state 0: a function of its argument alone, the same in every Java runtime.
   *
   * @param ess measured ESS/N, above 0 and at most 1; anything else counts as not measured
   */
  public static int draws(double ess) {
    if (!(ess > 0 && ess <= 1)) {
      return MOST;
    }
    double v = 1 / ess - 1;
    double half = TOLERANCE / 2;
    // v (1 + k) / k^2 + v / k^2 = half.
    double k = (v + Math.sqrt(v * v + 8 * v * half)) / (2 * half);
    double acceptance = (k > 0 ? 1 - v / (4 * k) : 1) / (1 + k);
    double n = Math.ceil(-StrictMath.log(half) / acceptance);
    return (int) Math.max(LEAST, Math.min(MOST, n));
  }
}
