package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.W;
import static org.fieldstream.kernels.machine.vector.Simd.all;
import static org.fieldstream.kernels.machine.vector.Simd.load;

import jdk.incubator.vector.FloatVector;
import org.fieldstream.kernels.program.Op;

/** Stencil convolution, up to four output channels in registers at a time. */
final class Convolution implements TileOp {
  private final int[] n;
  private final int[] table;
  private final int out;
  private final int a;
  private final int inChannels;
  private final int outChannels;
  private final int sites;

  Convolution(Op op, int out, int a) {
    this.n = op.integers();
    this.table = op.table();
    this.out = out;
    this.a = a;
    this.inChannels = op.in(0).shape().channels();
    this.outChannels = op.out().shape().channels();
    this.sites = op.out().shape().sites();
  }

  /** Weight of (output channel, input channel), orbit 0. */
  private int weight(int co, int ci) {
    return n[0] + (n[4] == 1 ? ci * outChannels + co : co * inChannels + ci) * n[3];
  }

  @Override
  public void run(float[] m, float[] p, LaneKeys keys) {
    int co = 0;
    for (; co + 3 < outChannels; co += 4) {
      for (int s = 0; s < sites; s++) {
        four(m, p, co, s);
      }
    }
    for (; co < outChannels; co++) {
      for (int s = 0; s < sites; s++) {
        one(m, p, co, s);
      }
    }
  }

  private FloatVector bias(float[] p, int co) {
    return n[1] < 0 ? FloatVector.zero(Simd.F) : all(p[n[1] + co]);
  }

  private void four(float[] m, float[] p, int co, int s) {
    int taps = n[2];
    FloatVector x0 = bias(p, co);
    FloatVector x1 = bias(p, co + 1);
    FloatVector x2 = bias(p, co + 2);
    FloatVector x3 = bias(p, co + 3);
    for (int ci = 0; ci < inChannels; ci++) {
      int from = a + ci * sites * W;
      int w0 = weight(co, ci);
      int w1 = weight(co + 1, ci);
      int w2 = weight(co + 2, ci);
      int w3 = weight(co + 3, ci);
      for (int k = 0; k < taps; k++) {
        FloatVector v = load(m, from + table[s * taps + k] * W);
        int orbit = table[sites * taps + k];
        x0 = v.fma(all(p[w0 + orbit]), x0);
        x1 = v.fma(all(p[w1 + orbit]), x1);
        x2 = v.fma(all(p[w2 + orbit]), x2);
        x3 = v.fma(all(p[w3 + orbit]), x3);
      }
    }
    int to = out + (co * sites + s) * W;
    int step = sites * W;
    x0.intoArray(m, to);
    x1.intoArray(m, to + step);
    x2.intoArray(m, to + 2 * step);
    x3.intoArray(m, to + 3 * step);
  }

  private void one(float[] m, float[] p, int co, int s) {
    int taps = n[2];
    FloatVector x = bias(p, co);
    for (int ci = 0; ci < inChannels; ci++) {
      int from = a + ci * sites * W;
      int w = weight(co, ci);
      for (int k = 0; k < taps; k++) {
        x = load(m, from + table[s * taps + k] * W).fma(all(p[w + table[sites * taps + k]]), x);
      }
    }
    x.intoArray(m, out + (co * sites + s) * W);
  }
}
