package org.fieldstream.server.bench;

import java.util.Arrays;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.chain.ChainStart;
import org.fieldstream.server.session.MetropolisStage;
import org.fieldstream.server.theory.Target;

/**
 * States of the Metropolis chain on a flow's draws, after its burn-in and a burn-in apart. Each is
 * distributed by exp(-S), to the 1 % in total variation that the burn-in is made for, whatever the
 * theory's own time scales: domain walls that a Markov chain from a hot start would have to get rid
 * of are in as few of them as there should be. And each is nearly independent of those before, to
 * the same 1 %: that is how far a chain forgets a state within a burn-in. A draw of large weight
 * may still be several states in a row, as often as the chain rejects all that long.
 */
final class FlowStart implements ChainStart, AutoCloseable {
  /** Proposals between two states, at least: a burn-in may be noted in a file as shorter. */
  private static final int LEAST_APART = 16;

  private final DrawSource source;
  private final MetropolisStage metropolis;
  private final long[] seeds;
  private final long[] indices;
  private final float[] state;
  private final int apart;
  private long drawn;

  /**
   * Runs the burn-in.
   *
   * @param model one that has a log density
   * @param seed of its draws
   */
  FlowStart(Model.Draws model, Target target, long seed, Machine machine) {
    source = model.open(target, machine);
    metropolis = new MetropolisStage(seed);
    seeds = new long[source.preferredLanes()];
    indices = new long[seeds.length];
    Arrays.fill(seeds, seed);
    state = new float[source.shape().size()];
    apart = Math.max(LEAST_APART, model.burnIn());
    try {
      advance(model.burnIn());
    } catch (RuntimeException | Error e) {
      source.close();
      throw e;
    }
  }

  private void advance(int proposals) {
    for (int left = proposals; left > 0; ) {
      int n = Math.min(left, seeds.length);
      for (int lane = 0; lane < n; lane++) {
        indices[lane] = drawn + lane;
      }
      DrawBatch batch = source.draw(seeds, indices, n);
      for (int lane = 0; lane < n; lane++) {
        double weight = -batch.action()[lane] - batch.logDensity()[lane];
        if (metropolis.accept(drawn++, Double.isNaN(weight) ? Double.NEGATIVE_INFINITY : weight)) {
          System.arraycopy(batch.fields(), lane * state.length, state, 0, state.length);
        }
      }
      left -= n;
    }
  }

  @Override
  public void next(float[] fields, int offset) {
    advance(apart);
    System.arraycopy(state, 0, fields, offset, state.length);
  }

  @Override
  public void close() {
    source.close();
  }
}
