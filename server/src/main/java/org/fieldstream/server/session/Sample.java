package org.fieldstream.server.session;

import org.fieldstream.server.theory.Theory;

/**
 * One configuration on its way from a device batch to a message. It borrows the batch's array; only
 * a chain's current state, which may outlive the batch, is copied.
 */
final class Sample {
  private final int size;
  private final double[] observables;
  private float[] fields = {};
  private float[] owned = {};
  private int offset;
  private long draw;
  private double action;
  private double logWeight;

  /** For configurations of {@code size} values. */
  Sample(int size, Theory theory) {
    this.size = size;
    this.observables = new double[theory.observables().size()];
  }

  /** Points at a configuration of a batch and measures it. */
  void set(
      Theory theory, float[] batch, int at, long drawIndex, double batchAction, double weight) {
    fields = batch;
    offset = at * size;
    draw = drawIndex;
    action = batchAction;
    logWeight = weight;
    theory.observe(fields, offset, action, observables);
  }

  /** Copies what is borrowed, so that the batch can be dropped. */
  void keep() {
    if (fields != owned) {
      if (owned.length == 0) {
        owned = new float[size];
      }
      System.arraycopy(fields, offset, owned, 0, size);
      fields = owned;
      offset = 0;
    }
  }

  /** Lets go of what is borrowed; there is no configuration here then. */
  void drop() {
    fields = owned;
    offset = 0;
  }

  float[] fields() {
    return fields;
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
