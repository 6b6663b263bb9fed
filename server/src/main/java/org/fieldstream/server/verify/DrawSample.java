package org.fieldstream.server.verify;

import org.fieldstream.kernels.random.Philox;
import org.fieldstream.monitoring.statistics.Estimate;
import org.fieldstream.monitoring.statistics.GammaMethod;
import org.fieldstream.monitoring.statistics.Reweighting;
import org.fieldstream.monitoring.statistics.WeightedEstimate;

/**
 * Independent draws with log weights, made exact in one of two ways.
 *
 * @param draws the draws, measured
 * @param logWeights -S - log q of each (nats)
 */
record DrawSample(Series draws, double[] logWeights) {
  /** Proposals that a chain makes before its states count. */
  private static final int BURN_IN = 256;

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
    int[] states = new int[logWeights.length - BURN_IN];
    int current = 0;
    for (int i = 1; i < logWeights.length; i++) {
      double change = logWeights[i] - logWeights[current];
      if (change >= 0 || StrictMath.log(Philox.uniform52(0, -1, i, seed)) < change) {
        current = i;
      }
      if (i >= BURN_IN) {
        states[i - BURN_IN] = current;
      }
    }
    return states;
  }
}
