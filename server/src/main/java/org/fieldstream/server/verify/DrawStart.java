package org.fieldstream.server.verify;

import java.util.Arrays;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.chain.ChainStart;
import org.fieldstream.server.theory.Target;

/** Draws of a model that needs no correction, one after the other. */
final class DrawStart implements ChainStart, AutoCloseable {
  private final DrawSource source;
  private final long[] seeds;
  private final long[] indices;
  private final int size;
  private float[] fields = {};
  private int left;
  private long drawn;

  /** Draws of a seed, from index 0. */
  DrawStart(Model.Draws model, Target target, long seed, Machine machine) {
    source = model.open(target, machine);
    size = source.shape().size();
    seeds = new long[source.preferredLanes()];
    indices = new long[seeds.length];
    Arrays.fill(seeds, seed);
  }

  @Override
  public void next(float[] into, int offset) {
    if (left == 0) {
      Arrays.setAll(indices, lane -> drawn + lane);
      DrawBatch batch = source.draw(seeds, indices, seeds.length);
      fields = batch.fields();
      left = seeds.length;
      drawn += left;
    }
    System.arraycopy(fields, (seeds.length - left--) * size, into, offset, size);
  }

  @Override
  public void close() {
    source.close();
  }
}
