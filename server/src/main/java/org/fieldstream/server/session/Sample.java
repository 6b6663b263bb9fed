package org.fieldstream.server.session;

import java.util.Arrays;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.theory.Theory;

/**
 * One configuration on its way from a device batch to a message, with its levels of noise where
 * they are wanted. It borrows the batch's arrays; only a chain's current state, which may outlive
 * the batch, is copied.
 */
final class Sample {
  private static final float[] NOTHING = {};

  private final int size;
  private final int[] wanted;
  private final double[] observables;
  private float[] fields = NOTHING;
  private float[] owned = NOTHING;
  private final float[][] levels;
  private final float[][] ownedLevels;
  private int offset;
  private long draw;
  private double action;
  private double logWeight;

  /**
   * For configurations of {@code size} values.
   *
   * @param wanted levels of noise to take of a batch
   */
  Sample(int size, Theory theory, WatchedLevels wanted) {
    this.size = size;
    this.wanted = wanted.positions().stream().mapToInt(Integer::intValue).toArray();
    this.observables = new double[theory.observables().size()];
    this.levels = new float[this.wanted.length][0];
    this.ownedLevels = new float[this.wanted.length][0];
  }

  /** Points at a configuration of a batch and measures it. */
  void set(Theory theory, DrawBatch batch, int at, long drawIndex, double weight) {
    fields = batch.fields();
    for (int k = 0; k < wanted.length; k++) {
      levels[k] = batch.levels()[wanted[k]];
    }
    offset = at * size;
    draw = drawIndex;
    action = batch.action()[at];
    logWeight = weight;
    theory.observe(fields, offset, action, observables);
  }

  /** Copies what is borrowed, so that the batch can be dropped. */
  void keep() {
    if (fields != owned) {
      owned = copy(fields, owned);
      fields = owned;
      for (int k = 0; k < wanted.length; k++) {
        ownedLevels[k] = copy(levels[k], ownedLevels[k]);
        levels[k] = ownedLevels[k];
      }
      offset = 0;
    }
  }

  private float[] copy(float[] from, float[] into) {
    float[] to = into.length == 0 ? new float[size] : into;
    System.arraycopy(from, offset, to, 0, size);
    return to;
  }

  /** Lets go of what is borrowed; there is no configuration here then. */
  void drop() {
    fields = owned;
    System.arraycopy(ownedLevels, 0, levels, 0, levels.length);
    offset = 0;
  }

  /** Lets go of all memory; there is no configuration here any more. */
  void release() {
    owned = NOTHING;
    Arrays.fill(ownedLevels, NOTHING);
    drop();
  }

  float[] fields() {
    return fields;
  }

  /** The configuration at each wanted level of noise, from {@link #offset} on. */
  float[][] levels() {
    return levels;
  }

  int offset() {
    return offset;
  }

  long draw() {
    return draw;
  }

  double action() {
    return action;
  }

  double logWeight() {
    return logWeight;
  }

  double[] observables() {
    return observables;
  }
}
