package org.fieldstream.server.verify;

import java.util.Map;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.ChainSource;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.theory.Theory;

/** States of a Markov chain model, all its chains. */
final class ChainEnsemble implements Ensemble {
  private final Theory theory;
  private final Exactness exactness;
  private final ChainSource source;
  private final Series[] chains;

  ChainEnsemble(Model.Chains model, ReferenceCheck check, long seed, Machine machine) {
    theory = check.theory();
    exactness = model.exactness().iterator().next();
    source = model.open(check.target(), seed, machine);
    chains = new Series[source.chains()];
    for (int c = 0; c < chains.length; c++) {
      chains[c] = new Series(theory, check.quantities());
    }
    boolean thermal = false;
    while (!thermal) {
      thermal = source.thermalise();
    }
  }

  @Override
  public void grow(long configurations) {
    int size = source.shape().size();
    for (long done = 0; done < configurations; done += chains.length) {
      ChainSource.ChainBatch step = source.step();
      for (int c = 0; c < chains.length; c++) {
        chains[c].add(theory, step.batch().fields(), c * size, step.batch().action()[c]);
      }
    }
  }

  @Override
  public long size() {
    return (long) chains.length * chains[0].length();
  }

  @Override
  public Map<String, Sample> samples() {
    return Map.of(exactness.name(), new ChainSample(chains));
  }

  @Override
  public void close() {
    source.close();
  }
}
