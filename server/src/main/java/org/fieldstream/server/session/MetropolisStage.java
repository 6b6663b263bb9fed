package org.fieldstream.server.session;

import org.fieldstream.kernels.random.Philox;

/**
 * Independence Metropolis-Hastings on independent draws x ~ q: from state x the draw x' is accepted
 * with probability min(1, exp(w(x') - w(x))), w = -S - log q (L. Tierney, "Markov chains for
 * exploring posterior distributions", 1994, section 2.3.1; M. S. Albergo, G. Kanwar, P. E.
 * Shanahan, arXiv:1904.12072, equation 6). Its stationary distribution is exp(-S)/Z whatever q is.
 *
 * <p>Draw i proposes state i. The decision on it uses a uniform that is a function of (seed, i).
 * Decisions are made in order of i, so batching changes nothing.
 *
 * <p>Before state 0 the chain runs the model's {@link
 * org.fieldstream.server.generator.Model.Draws#burnIn() burn-in}, draws 2^62 + k, so that it has
 * forgotten its first state. A resumed chain starts instead from its last accepted draw, computed
 * again.
 */
public final class MetropolisStage {
  /**
   * Which of the uniforms that Philox has for (seed, index) decides; generators take theirs from 0
   * upwards.
   */
  private static final int DECISION = -1;

  private final long seed;
  private boolean started;
  private double logWeight;

  /** A chain before its first draw. */
  public MetropolisStage(long seed) {
    this.seed = seed;
  }

  /** A chain at a state from elsewhere, of log weight -S - log q (nats), finite. */
  static MetropolisStage from(long seed, double logWeight) {
    MetropolisStage stage = new MetropolisStage(seed);
    stage.started = true;
    stage.logWeight = logWeight;
    return stage;
  }

  /**
   * Decides on the next draw; the first one is taken as it is.
   *
   * @param draw index of the draw
   * @param proposed its log weight -S - log q (nats), not NaN
   * @return whether it becomes the state
   */
  public boolean accept(long draw, double proposed) {
    boolean accepted = !started || decide(draw, proposed - logWeight);
    if (accepted) {
      logWeight = proposed;
    }
    started = true;
    return accepted;
  }

  private boolean decide(long draw, double change) {
    // -infinity - -infinity: neither has weight, move on.
    if (Double.isNaN(change) || change >= 0) {
      return true;
    }
    // StrictMath: the same bits before and after compilation, on every platform.
    return StrictMath.log(Philox.uniform52(0, DECISION, draw, seed)) < change;
  }
}
