package org.fieldstream.server.generator.chain;

import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.theory.Dynamics;
import org.fieldstream.server.theory.LocalUpdates;

/** Sweeps over single variables. */
enum LocalScheme implements Scheme {
  /** Metropolis proposals, as the theory makes them. */
  METROPOLIS;

  @Override
  public String title() {
    return "local";
  }

  @Override
  public Class<? extends Dynamics> needs() {
    return LocalUpdates.class;
  }

  @Override
  public double largest(Dynamics theory) {
    return ((LocalUpdates) theory).largestWidth();
  }

  @Override
  public double start(Dynamics theory) {
    return Math.min(largest(theory), 1 / theory.largestFrequency());
  }

  @Override
  public ChainLanes open(
      Dynamics theory, ChainAlgorithm algorithm, long seed, int chains, Machine machine) {
    return new Sweeps((LocalUpdates) theory, seed, chains, machine);
  }
}
