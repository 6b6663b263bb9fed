package org.fieldstream.server.verify;

import org.fieldstream.monitoring.statistics.Estimate;
import org.fieldstream.monitoring.statistics.GammaMethod;
import org.fieldstream.monitoring.statistics.Reweighting;
import org.fieldstream.monitoring.statistics.WeightedEstimate;
import org.fieldstream.server.session.MetropolisStage;

/**
 * Independent draws with log weights, made exact in one of two ways.
 *
 * @param draws the draws, measured
 * @param logWeights -S - log q of each (nats)
 * @param burnIn proposals before state 0 of a Metropolis chain
 */
record DrawSample(Series draws, double[] logWeights, int burnIn) {
  /** Draws reweighted with exp(log weight). */
  Sample reweighted() {
    Reweighting reweighting = new Reweighting(logWeights);
    return quantity -> {
      WeightedEstimate estimate = reweighting.derived(quantity.function(), draws.of(quantity));
      return new Measured(estimate.mean(), estimate.error());
    };
  }

  /**
   * States of an independence Metropolis-Hastings chain that proposes the draws in order: L.
   * Tierney, Ann. Stat. 22 (1994) 1701, section 2.3.3.
   */
  Sample metropolis(long seed) {
    int[] states = states(seed);
    return quantity -> {
      double[][] proposed = draws.of(quantity);
      double[][] chain = new double[proposed.length][states.length];
      for (int o = 0; o < chain.length; o++) {
        for (int i = 0; i < states.length; i++) {
          chain[o][i] = proposed[o][states[i]];
        }
      }
      Estimate estimate = new GammaMethod().derived(quantity.function(), chain);
      return new Measured(estimate.mean(), estimate.error());
    };
  }

  private int[] states(long seed) {
    // A bad model may want more than there are: then half, and errors that say how bad it is.
    int first = Math.min(burnIn, logWeights.length / 2);
    MetropolisStage chain = new MetropolisStage(seed); // the one that streams use
    int[] states = new int[logWeights.length - first];
    int current = 0;
    for (int i = 0; i < logWeights.length; i++) {
      if (chain.accept(i, logWeights[i])) {
        current = i;
      }
      if (i >= first) {
        states[i - first] = current;
      }
    }
    return states;
  }
}
