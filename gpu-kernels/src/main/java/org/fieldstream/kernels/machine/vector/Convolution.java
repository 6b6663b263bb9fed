package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.W;

import org.fieldstream.kernels.program.Op;
import org.jspecify.annotations.Nullable;

/**
 * Stencil convolution, also with transposed weights: blocks of output channels at neighbouring
 * sites, their sums in registers. What a group of sites reads is said by {@link SharedTaps} where
 * the stencil allows it, else by a {@link Window}; what multiplies it, by {@link PackedWeights}. A
 * leaky rectifier that follows in place is a part of the loop.
 */
final class Convolution implements TileOp, StripOp {
  private final Window window;
  private final PackedWeights weights;
  private final @Nullable SharedTaps shared;
  private final @Nullable NineTaps nine;
  private final int a;
  private final Place out;
  private final int channels;
  private final int sites;
  private final int slope;

  /**
   * Binds.
   *
   * @param out where the output lies in the arena
   * @param a where the input starts
   * @param free where {@link #scratch} floats of the arena are free
   * @param packed where {@link #packed} floats of the parameter array are free
   * @param slope where the slope of the rectifier lies among the parameters; -1 for no rectifier
   */
  Convolution(Op op, Place out, int a, int free, int packed, int slope) {
    window = OrbitSums.pays(op) ? new OrbitSums(op, a, free) : new TapOffsets(op, a);
    weights = new PackedWeights(op, packed);
    shared = OrbitSums.pays(op) ? null : SharedProducts.taps(op, a, weights.blocks());
    nine = NineTaps.fits(op) ? NineTaps.of(op) : null;
    this.a = a;
    channels = op.out().shape().channels();
    sites = op.out().shape().sites();
    this.out = out;
    this.slope = slope;
  }

  /** Floats of the arena an op wants besides its values. */
  static int scratch(Op op) {
    return OrbitSums.pays(op) ? Window.GROUP * OrbitSums.terms(op) * W : 0;
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
    float below = slope < 0 ? 1 : p[slope];
    SharedTaps taps = shared;
    if (taps != null) {
      shared(m, p, taps, below);
      for (int s : taps.rest()) {
        one(m, p, s, out.of(0, s), below);
      }
      return;
    }
    some(m, p, 0, sites, below);
  }

  /** {@inheritDoc} Of one output channel, which has no {@link SharedTaps}. */
  @Override
  public void run(float[] m, float[] p, LaneKeys keys, int site, int count) {
    some(m, p, site, count, slope < 0 ? 1 : p[slope]);
  }

  private void some(float[] m, float[] p, int first, int count, float below) {
    int to = out.of(0, first);
    NineTaps taps = nine;
    if (taps != null) {
      taps.run(m, p, weights.start(), to, a, first, count);
      rectify(m, to, count, below);
      return;
    }
    int end = first + count;
    int s = first;
    for (; s + 2 < end; s += 3) {
      three(m, p, s, to, below);
      to += 3 * W;
    }
    for (; s < end; s++) {
      one(m, p, s, to, below);
      to += W;
    }
  }

  private void shared(float[] m, float[] p, SharedTaps taps, float below) {
    // Kept in locals: between groups nothing of this is in the first cache any more.
    int[] offsets = taps.offsets();
    int runs = taps.runs();
    int next = taps.next();
    int step = sites * W;
    int first = out.at() + taps.origin();
    int start = weights.start();
    int[] blocks = weights.blocks();
    int count = taps.count();
    for (int n = 0; n < count; n++) {
      int to = first + taps.start(n) * W;
      int at = taps.at(n);
      int row = taps.row(n);
      int w = start;
      for (int block : blocks) {
        if (block == SharedProducts.WIDE) {
          SharedProducts.eightBy3(m, p, w, to, next, step, at, offsets, row, runs, below);
        } else {
          SharedProducts.twoBy4(m, p, w, to, next, step, at, offsets, row, runs, below);
        }
        to += block * step;
        w += block * (SharedTaps.RUN * runs + 1);
      }
    }
  }

  private void three(float[] m, float[] p, int s, int from, float below) {
    window.fill(m, s, Window.GROUP);
    int[] offsets = window.offsets();
    int at = window.at(s);
    int r0 = window.row(s, 0);
    int r1 = window.row(s, 1);
    int r2 = window.row(s, 2);
    int n = window.terms();
    int step = out.channelStep();
    int to = from;
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
    rectify(m, from, Window.GROUP, below);
  }

  private void one(float[] m, float[] p, int s, int from, float below) {
    window.fill(m, s, 1);
    int[] offsets = window.offsets();
    int at = window.at(s);
    int r = window.row(s, 0);
    int n = window.terms();
    int step = out.channelStep();
    int to = from;
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
    rectify(m, from, 1, below);
  }

  private void rectify(float[] m, int from, int count, float below) {
    if (below != 1) {
      for (int c = 0; c < channels; c++) {
        int at = from + c * out.channelStep();
        Elementwise.leaky(m, at, at, at, below, count);
      }
    }
  }
}
