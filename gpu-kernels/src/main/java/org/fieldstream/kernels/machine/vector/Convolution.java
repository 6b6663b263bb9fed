package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.W;

import org.fieldstream.kernels.program.Op;

/**
 * Stencil convolution, also with transposed weights: blocks of output channels at three
 * neighbouring sites, their sums in registers. A {@link Window} says what is read for a site,
 * {@link PackedWeights} what multiplies it.
 */
final class Convolution implements TileOp {
  private final Window window;
  private final PackedWeights weights;
  private final int out;
  private final int sites;

  /**
   * Binds.
   *
   * @param out where the output starts in the arena
   * @param a where the input starts
   * @param free where {@link #scratch} floats of the arena are free
   * @param packed where {@link #packed} floats of the parameter array are free
   */
  Convolution(Op op, int out, int a, int free, int packed) {
    window = OrbitSums.pays(op) ? new OrbitSums(op, a, free) : new TapOffsets(op, a);
    weights = new PackedWeights(op, packed);
    this.out = out;
    sites = op.out().shape().sites();
  }

  /** Floats of the arena an op wants besides its values. */
  static int scratch(Op op) {
    return OrbitSums.pays(op) ? 3 * OrbitSums.terms(op) * W : 0;
  }

  /** Floats of the parameter array an op wants besides its parameters. */
  static int packed(Op op) {
    return PackedWeights.length(op);
  }

  @Override
  public void prepare(float[] p) {
    weights.pack(p);
  }

  @Override
  public void run(float[] m, float[] p, LaneKeys keys) {
    int s = 0;
    for (; s + 2 < sites; s += 3) {
      window.fill(m, s, 3);
      three(m, p, s);
    }
    for (; s < sites; s++) {
      window.fill(m, s, 1);
      one(m, p, s);
    }
  }

  private void three(float[] m, float[] p, int s) {
    int[] offsets = window.offsets();
    int at = window.at(s);
    int r0 = window.row(s, 0);
    int r1 = window.row(s + 1, 1);
    int r2 = window.row(s + 2, 2);
    int n = window.terms();
    int step = sites * W;
    int to = out + s * W;
    int w = weights.start();
    for (int block : weights.blocks()) {
      switch (block) {
        case 8 -> WideProducts.eightBy3(m, p, w, to, step, at, offsets, r0, r1, r2, n);
        case 4 -> Products.fourBy3(m, p, w, to, step, at, offsets, r0, r1, r2, n);
        case 2 -> Products.twoBy3(m, p, w, to, step, at, offsets, r0, r1, r2, n);
        default -> Products.oneBy3(m, p, w, to, step, at, offsets, r0, r1, r2, n);
      }
      to += block * step;
      w += block * (n + 1);
    }
  }

  private void one(float[] m, float[] p, int s) {
    int[] offsets = window.offsets();
    int at = window.at(s);
    int r = window.row(s, 0);
    int n = window.terms();
    int step = sites * W;
    int to = out + s * W;
    int w = weights.start();
    for (int block : weights.blocks()) {
      switch (block) {
        case 8 -> WideProducts.eight(m, p, w, to, step, at, offsets, r, n);
        case 4 -> Products.four(m, p, w, to, step, at, offsets, r, n);
        case 2 -> Products.two(m, p, w, to, step, at, offsets, r, n);
        default -> Products.one(m, p, w, to, step, at, offsets, r, n);
      }
      to += block * step;
      w += block * (n + 1);
    }
  }
}
