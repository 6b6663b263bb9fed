package org.fieldstream.server.certify;

import java.util.Arrays;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.session.MetropolisStage;
import org.fieldstream.server.theory.Target;

/** Draws of a model, as a stream of it would carry them: METROPOLIS, REWEIGHT or RAW. */
public final class DrawnConfigurations implements ConfigurationSource {
  /** Indices of the draws before state 0 of a Metropolis chain, as in streams. */
  private static final long BURN_IN = 1L << 62;

  private final DrawSource source;
  private final Exactness exactness;
  private final long seed;
  private final int planned;
  private final int burnIn;
  private final int size;
  private final MetropolisStage chain;
  private final float[] state;
  private Part drawn = new Part(0, new float[0], new int[0], new long[0], new double[0]);
  private int used;
  private int burnt;
  private int given;

  /**
   * A stream from its beginning.
   *
   * @param target the model's, resolved
   * @param configurations how many
   */
  public DrawnConfigurations(
      Model.Draws model,
      Target target,
      Exactness exactness,
      long seed,
      int configurations,
      Machine machine) {
    this.source = model.open(target, machine);
    this.exactness = exactness;
    this.seed = seed;
    this.planned = configurations;
    this.burnIn = exactness == Exactness.METROPOLIS ? model.burnIn() : 0;
    this.size = source.shape().size();
    this.chain = new MetropolisStage(seed);
    this.state = new float[size];
  }

  @Override
  public int planned() {
    return planned;
  }

  @Override
  public Part next(int most) {
    if (used == drawn.count()) {
      draw();
    }
    int first = used;
    int count = Math.min(most, drawn.count() - used);
    used += count;
    given += count;
    return new Part(
        count,
        Arrays.copyOfRange(drawn.fields(), first * size, used * size),
        new int[count],
        Arrays.copyOfRange(drawn.time(), first, used),
        Arrays.copyOfRange(drawn.logWeight(), first, used));
  }

  /** Draws as many as keep the machine busy; those before a chain's state 0 are not handed on. */
  private void draw() {
    boolean burning = burnt < burnIn;
    long first = burning ? BURN_IN + burnt : given;
    int count = Math.min(source.preferredLanes(), burning ? burnIn - burnt : planned - given);
    long[] seeds = new long[count];
    long[] indices = new long[count];
    Arrays.fill(seeds, seed);
    Arrays.setAll(indices, i -> first + i);
    DrawBatch batch = source.draw(seeds, indices, count);
    double[] logWeight = new double[count];
    for (int i = 0; i < count; i++) {
      logWeight[i] = -batch.action()[i] - batch.logDensity()[i];
    }
    if (exactness == Exactness.METROPOLIS) {
      metropolis(batch.fields(), indices, logWeight);
    }
    if (burning) {
      burnt += count;
    } else {
      boolean weighted = exactness == Exactness.REWEIGHT;
      drawn =
          new Part(
              count,
              batch.fields(),
              new int[count],
              indices,
              weighted ? logWeight : new double[count]);
      used = 0;
    }
  }

  /** Replaces what is rejected by the state before. */
  private void metropolis(float[] fields, long[] indices, double[] logWeight) {
    for (int i = 0; i < indices.length; i++) {
      if (chain.accept(indices[i], logWeight[i])) {
        System.arraycopy(fields, i * size, state, 0, size);
      } else {
        System.arraycopy(state, 0, fields, i * size, size);
      }
    }
  }

  @Override
  public boolean isOver() {
    return given == planned;
  }

  @Override
  public void close() {
    source.close();
  }
}
