package org.fieldstream.server.verify;

import java.util.Map;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.monitoring.statistics.Estimate;
import org.fieldstream.monitoring.statistics.GammaMethod;
import org.fieldstream.server.generator.ChainSource;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.chain.ChainModel;
import org.fieldstream.server.generator.chain.StartedChains;
import org.fieldstream.server.theory.Theory;

/**
 * States of many short Markov chains that each start from an exact draw of its own, for chains that
 * keep something, such as their topological charge, for longer than anyone can wait. What is
 * checked is that the chain leaves exp(-S) as it is; that it forgets where it started is not. The
 * mean over a chain is one number, independent of those of all others, so errors are those of
 * independent numbers (by the Gamma method, which should find nothing to add), and frozen charges
 * are in them.
 */
final class StartedEnsemble implements Ensemble {
  /** Steps of a chain: an update of a coupling off by 2 % shows in as many of them. */
  static final int STEPS = 32;

  private final Theory theory;
  private final DrawStart start;
  private final StartedChains source;
  private final Series[] chains;
  private final Series means;
  private final String label;

  StartedEnsemble(
      ChainModel model, Model.Draws exact, ReferenceCheck check, long seed, Machine machine) {
    theory = check.theory();
    label = model.exactness().iterator().next() + " from draws of " + exact.id();
    means = new Series(theory, check.quantities());
    // Models share no draws either.
    long own = ~(seed + ((long) model.id().hashCode() << 32));
    start = new DrawStart(exact, check.target(), own, machine);
    try {
      source = model.open(check.target(), seed, start, machine);
    } catch (RuntimeException | Error e) {
      start.close();
      throw e;
    }
    chains = new Series[source.chains()];
    for (int c = 0; c < chains.length; c++) {
      chains[c] = new Series(theory, check.quantities());
    }
    try {
      boolean thermal = false;
      while (!thermal) {
        thermal = source.thermalise();
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  @Override
  public void grow(long configurations) {
    int size = source.shape().size();
    for (long done = 0; done < configurations; done += (long) STEPS * chains.length) {
      if (means.length() > 0) {
        source.startOver();
      }
      for (int step = 0; step < STEPS; step++) {
        ChainSource.ChainBatch now = source.step();
        for (int c = 0; c < chains.length; c++) {
          chains[c].add(theory, now.batch().fields(), c * size, now.batch().action()[c]);
        }
      }
      for (Series chain : chains) {
        means.addMean(chain);
        chain.clear();
      }
    }
  }

  @Override
  public long size() {
    return (long) STEPS * means.length();
  }

  @Override
  public Map<String, Sample> samples() {
    return Map.of(
        label,
        quantity -> {
          Estimate estimate = new GammaMethod().derived(quantity.function(), means.of(quantity));
          return new Measured(estimate.mean(), estimate.error());
        });
  }

  @Override
  public void close() {
    source.close();
    start.close();
  }
}
