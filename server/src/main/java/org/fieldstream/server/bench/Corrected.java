package org.fieldstream.server.bench;

import java.util.Arrays;
import java.util.Locale;
import org.fieldstream.server.session.MetropolisStage;

/**
 * The Metropolis chain that a METROPOLIS stream makes of draws: what it accepts, and how long it
 * takes to forget.
 *
 * @param acceptance accepted over proposed
 * @param slowest 2 tau_int, in states, of the slowest observable
 * @param times of all of them, for a person
 */
public record Corrected(double acceptance, Quality.TwoTau slowest, String times) {
  /** At most this part of the draws is left out as burn-in. */
  private static final int BURN_IN_PART = 8;

  /**
   * Runs the chain over draws 0, 1, ..., which make its states.
   *
   * @param burnIn draws before the first state that counts, fewer where there are few draws
   * @param parameter the order parameter
   * @param logWeights of the draws, nats; not modified
   * @param order its value for each draw; not modified
   * @param action S of each draw; not modified
   */
  static Corrected of(
      long seed,
      int burnIn,
      OrderParameter parameter,
      double[] logWeights,
      double[] order,
      double[] action) {
    int first = Math.min(burnIn, logWeights.length / BURN_IN_PART);
    MetropolisStage stage = new MetropolisStage(seed);
    double[] states = new double[logWeights.length];
    double[] actions = new double[logWeights.length];
    int accepted = 0;
    for (int i = 0, at = 0; i < states.length; i++) {
      double weight = logWeights[i];
      if (stage.accept(i, Double.isNaN(weight) ? Double.NEGATIVE_INFINITY : weight)) {
        at = i;
        accepted++;
      }
      states[i] = order[at];
      actions[i] = action[at];
    }
    Slowest slowest =
        Slowest.of(
            parameter,
            new double[][] {Arrays.copyOfRange(states, first, states.length)},
            new double[][] {Arrays.copyOfRange(actions, first, actions.length)});
    return new Corrected((double) accepted / states.length, slowest.slowest(), slowest.toString());
  }

  /** For a person. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "as a Metropolis chain acceptance %.3f, %s", acceptance, times);
  }
}
