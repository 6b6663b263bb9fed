package org.fieldstream.server.verify;

import org.fieldstream.monitoring.statistics.Estimate;
import org.fieldstream.monitoring.statistics.GammaMethod;

/** States of one or more Markov chains; errors by the Gamma method, chains as replicas. */
record ChainSample(Series... chains) implements Sample {
  @Override
  public Measured estimate(Quantity quantity) {
    double[][][] replicas = new double[chains.length][][];
    for (int c = 0; c < chains.length; c++) {
      replicas[c] = chains[c].of(quantity);
    }
    Estimate estimate = new GammaMethod().derivedOfReplicas(quantity.function(), replicas);
    return new Measured(estimate.mean(), estimate.error());
  }
}
