package org.fieldstream.server.verify;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.theory.Theory;

/** Independent draws of a model, as it corrects them: METROPOLIS, REWEIGHT or both. */
final class DrawEnsemble implements Ensemble {
  private final Model.Draws model;
  private final Theory theory;
  private final long seed;
  private final DrawSource source;
  private final Series draws;
  private double[] logWeights = {};

  DrawEnsemble(Model.Draws model, ReferenceCheck check, long seed, Machine machine) {
    this.model = model;
    this.theory = check.theory();
    this.seed = seed;
    source = model.open(model.resolve(check.target()), machine);
    draws = new Series(theory, check.quantities());
  }

  @Override
  public void grow(long configurations) {
    int lanes = source.preferredLanes();
    int size = source.shape().size();
    long batches = (configurations + lanes - 1) / lanes;
    int at = draws.length();
    logWeights = Arrays.copyOf(logWeights, Math.toIntExact(at + batches * lanes));
    long[] seeds = new long[lanes];
    long[] indices = new long[lanes];
    Arrays.fill(seeds, seed);
    for (long b = 0; b < batches; b++) {
      int first = draws.length();
      Arrays.setAll(indices, lane -> first + lane);
      DrawBatch batch = source.draw(seeds, indices, lanes);
      for (int lane = 0; lane < lanes; lane++) {
        logWeights[first + lane] = -batch.action()[lane] - batch.logDensity()[lane];
        draws.add(theory, batch.fields(), lane * size, batch.action()[lane]);
      }
    }
  }

  @Override
  public long size() {
    return draws.length();
  }

  @Override
  public Map<String, Sample> samples() {
    DrawSample sample = new DrawSample(draws, logWeights, model.burnIn());
    Map<String, Sample> samples = new TreeMap<>();
    if (model.exactness().contains(Exactness.METROPOLIS)) {
      samples.put(Exactness.METROPOLIS.name(), sample.metropolis(seed));
    }
    if (model.exactness().contains(Exactness.REWEIGHT)) {
      samples.put(Exactness.REWEIGHT.name(), sample.reweighted());
    }
    return samples;
  }

  @Override
  public void close() {
    source.close();
  }
}
