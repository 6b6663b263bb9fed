package org.fieldstream.server.generator;

import java.util.Arrays;
import org.fieldstream.monitoring.statistics.EffectiveSampleSize;

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
 * algorithms", Probability Surveys 1 (2004) 20, section 4.1). Where only the ESS is known, half the
 * tolerance goes to the first two terms, which fixes k, the other half to the last, which gives n.
 * Where the weights of a sample are known, they say what the three terms are, and the best m is
 * taken: for weights without a heavy tail a tenth of the proposals.
 */
public final class BurnIn {
  /** The least that is given for an ESS alone. */
  public static final int LEAST = 256;

  /** The least for weights that were seen. */
  public static final int LEAST_MEASURED = 16;

  /**
   * The most, reached at ESS/N = 0.016; a model below, or one whose ESS nobody measured, gets this
   * many and a start that is less certain.
   */
  public static final int MOST = 1 << 16;

  /** Distance in total variation between the chain's state 0 and its stationary distribution. */
  public static final double TOLERANCE = 0.01;

  /** Standard errors by which a tail may be heavier than the sample's. */
  private static final double CAUTION = 2;

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

  /**
   * Proposals before state 0, from a sample's weights: each tail probability is taken two standard
   * errors above its estimate, with one draw at m more than there were. Weights of which a few
   * outweigh the others are judged by their ESS.
   *
   * @param logWeights log w up to a constant, of independent draws from q; not modified
   */
  public static int measured(double[] logWeights) {
    int size = logWeights.length;
    double[] w = logWeights.clone();
    Arrays.sort(w);
    double largest = size == 0 ? Double.NaN : w[size - 1];
    double sum = 0;
    for (int i = 0; i < size; i++) {
      w[i] = StrictMath.exp(w[i] - largest);
      sum += w[i];
    }
    if (size == 0 || !Double.isFinite(sum)) { // NaN sorts last
      return MOST;
    }
    double best = Double.POSITIVE_INFINITY;
    double heavier = 0;
    double squares = 0;
    // m = w[i], from the heaviest down.
    for (int i = size - 1; i >= 0; i--) {
      int count = size - 1 - i;
      double outside =
          heavier / sum
              + CAUTION * Math.sqrt(squares + w[i] * w[i]) / sum
              + count / (double) size
              + CAUTION * Math.sqrt(count + 1.0) / size;
      if (outside >= TOLERANCE) {
        break; // and so for every smaller m
      }
      double acceptance = ((sum - heavier) / w[i] + count) / size;
      best = Math.min(best, StrictMath.log(TOLERANCE - outside) / StrictMath.log1p(-acceptance));
      heavier += w[i];
      squares += w[i] * w[i];
    }
    if (best == Double.POSITIVE_INFINITY) {
      return draws(EffectiveSampleSize.ratio(logWeights));
    }
    return (int) Math.max(LEAST_MEASURED, Math.min(MOST, Math.ceil(best)));
  }
}
