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
 * States of the Metropolis chain on a flow's draws, after its burn-in, {@value #APART} proposals
 * apart. They are distributed by exp(-S), whatever the theory's own time scales: domain walls that
 * a Markov chain from a hot start would have to get rid of are in as few of them as there should
 * be.
 */
final class FlowStart implements ChainStart, AutoCloseable {
  /**
   * Proposals between two states: where half are rejected, one in 65,536 states is the one before.
   */
  private static final int APART = 16;

  private final DrawSource source;
  private final MetropolisStage metropolis;
  private final long[] seeds;
  private final long[] indices;
  private final float[] state;
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
    advance(model.burnIn());
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
    advance(APART);
    System.arraycopy(state, 0, fields, offset, state.length);
  }

  @Override
  public void close() {
    source.close();
  }
}
