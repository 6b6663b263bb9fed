package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.W;
import static org.fieldstream.kernels.machine.vector.Simd.load;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.fieldstream.kernels.program.Op;

/**
 * Gradient of a stencil convolution by its weights and biases: for each input channel and orbit the
 * taps are summed into scratch, a run of sites at a time, then multiplied with blocks of four
 * output channels whose sums stay in registers.
 */
final class ConvolutionGradient implements TileOp {
  /** Sites in a run: few enough that scratch and gradients stay in the first cache. */
  private static final int RUN = 32;

  private final int out;
  private final int a;
  private final int g;
  private final int free;
  private final int inChannels;
  private final int outChannels;
  private final int sites;
  private final int orbits;
  private final OrbitTaps taps;

  /**
   * Binds.
   *
   * @param free where {@link #scratch} floats of the arena are free
   */
  ConvolutionGradient(Op op, int out, int a, int g, int free) {
    this.out = out;
    this.a = a;
    this.g = g;
    this.free = free;
    inChannels = op.in(0).shape().channels();
    outChannels = op.in(1).shape().channels();
    sites = op.in(0).shape().sites();
    orbits = op.integer(3);
    taps = new OrbitTaps(op);
  }

  /** Floats of the arena an op wants besides its values. */
  static int scratch() {
    return RUN * W;
  }

  @Override
  public void run(float[] m, float[] p, LaneKeys keys) {
    Arrays.fill(m, out, out + outChannels * (inChannels * orbits + 1) * W, 0f);
    for (int first = 0; first < sites; first += RUN) {
      int count = Math.min(RUN, sites - first);
      for (int ci = 0; ci < inChannels; ci++) {
        for (int o = 0; o < orbits; o++) {
          taps.overSites(m, free, a + ci * sites * W, first, count, o);
          weights(m, out + (ci * orbits + o) * W, first, count);
        }
      }
      for (int co = 0; co < outChannels; co++) {
        bias(m, out + (outChannels * inChannels * orbits + co) * W, at(co, first), count);
      }
    }
  }

  /** Where the gradient by an output channel starts. */
  private int at(int co, int site) {
    return g + (co * sites + site) * W;
  }

  private void weights(float[] m, int to, int first, int count) {
    int next = inChannels * orbits * W;
    int co = 0;
    for (; co + 3 < outChannels; co += 4) {
      four(m, to + co * next, next, at(co, first), sites * W, free, count);
    }
    for (; co < outChannels; co++) {
      one(m, to + co * next, at(co, first), free, count);
    }
  }

  private static void four(float[] m, int to, int next, int g, int step, int sums, int count) {
    FloatVector x0 = load(m, to);
    FloatVector x1 = load(m, to + next);
    FloatVector x2 = load(m, to + 2 * next);
    FloatVector x3 = load(m, to + 3 * next);
    for (int e = 0; e < count * W; e += W) {
      FloatVector v = load(m, sums + e);
      x0 = v.fma(load(m, g + e), x0);
      x1 = v.fma(load(m, g + step + e), x1);
      x2 = v.fma(load(m, g + 2 * step + e), x2);
      x3 = v.fma(load(m, g + 3 * step + e), x3);
    }
    x0.intoArray(m, to);
    x1.intoArray(m, to + next);
    x2.intoArray(m, to + 2 * next);
    x3.intoArray(m, to + 3 * next);
  }

  private static void one(float[] m, int to, int g, int sums, int count) {
    FloatVector x = load(m, to);
    for (int e = 0; e < count * W; e += W) {
      x = load(m, sums + e).fma(load(m, g + e), x);
    }
    x.intoArray(m, to);
  }

  private static void bias(float[] m, int to, int g, int count) {
    FloatVector x = load(m, to);
    for (int e = 0; e < count * W; e += W) {
      x = x.add(load(m, g + e));
    }
    x.intoArray(m, to);
  }
}
