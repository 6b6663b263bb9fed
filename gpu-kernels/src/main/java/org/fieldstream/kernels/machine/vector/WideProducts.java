package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.W;
import static org.fieldstream.kernels.machine.vector.Simd.all;
import static org.fieldstream.kernels.machine.vector.Simd.load;

import jdk.incubator.vector.FloatVector;

/**
 * As {@link Products}, for a block of eight output channels: 24 sums for the 32 registers of
 * AVX-512 and NEON.
 */
final class WideProducts {
  private WideProducts() {}

  static void eightBy3(
      float[] m,
      float[] p,
      int w,
      int out,
      int step,
      int a,
      int[] r,
      int r0,
      int r1,
      int r2,
      int n) {
    FloatVector x0a = all(p[w + 0]);
    FloatVector x0b = x0a;
    FloatVector x0c = x0a;
    FloatVector x1a = all(p[w + 1]);
    FloatVector x1b = x1a;
    FloatVector x1c = x1a;
    FloatVector x2a = all(p[w + 2]);
    FloatVector x2b = x2a;
    FloatVector x2c = x2a;
    FloatVector x3a = all(p[w + 3]);
    FloatVector x3b = x3a;
    FloatVector x3c = x3a;
    FloatVector x4a = all(p[w + 4]);
    FloatVector x4b = x4a;
    FloatVector x4c = x4a;
    FloatVector x5a = all(p[w + 5]);
    FloatVector x5b = x5a;
    FloatVector x5c = x5a;
    FloatVector x6a = all(p[w + 6]);
    FloatVector x6b = x6a;
    FloatVector x6c = x6a;
    FloatVector x7a = all(p[w + 7]);
    FloatVector x7b = x7a;
    FloatVector x7c = x7a;
    int at = w + 8;
    for (int j = 0; j < n; j++) {
      FloatVector va = load(m, a + r[r0 + j]);
      FloatVector vb = load(m, a + W + r[r1 + j]);
      FloatVector vc = load(m, a + 2 * W + r[r2 + j]);
      FloatVector w0 = all(p[at + 8 * j + 0]);
      x0a = va.fma(w0, x0a);
      x0b = vb.fma(w0, x0b);
      x0c = vc.fma(w0, x0c);
      FloatVector w1 = all(p[at + 8 * j + 1]);
      x1a = va.fma(w1, x1a);
      x1b = vb.fma(w1, x1b);
      x1c = vc.fma(w1, x1c);
      FloatVector w2 = all(p[at + 8 * j + 2]);
      x2a = va.fma(w2, x2a);
      x2b = vb.fma(w2, x2b);
      x2c = vc.fma(w2, x2c);
      FloatVector w3 = all(p[at + 8 * j + 3]);
      x3a = va.fma(w3, x3a);
      x3b = vb.fma(w3, x3b);
      x3c = vc.fma(w3, x3c);
      FloatVector w4 = all(p[at + 8 * j + 4]);
      x4a = va.fma(w4, x4a);
      x4b = vb.fma(w4, x4b);
      x4c = vc.fma(w4, x4c);
      FloatVector w5 = all(p[at + 8 * j + 5]);
      x5a = va.fma(w5, x5a);
      x5b = vb.fma(w5, x5b);
      x5c = vc.fma(w5, x5c);
      FloatVector w6 = all(p[at + 8 * j + 6]);
      x6a = va.fma(w6, x6a);
      x6b = vb.fma(w6, x6b);
      x6c = vc.fma(w6, x6c);
      FloatVector w7 = all(p[at + 8 * j + 7]);
      x7a = va.fma(w7, x7a);
      x7b = vb.fma(w7, x7b);
      x7c = vc.fma(w7, x7c);
    }
    x0a.intoArray(m, out);
    x0b.intoArray(m, out + W);
    x0c.intoArray(m, out + 2 * W);
    x1a.intoArray(m, out + step);
    x1b.intoArray(m, out + step + W);
    x1c.intoArray(m, out + step + 2 * W);
    x2a.intoArray(m, out + 2 * step);
    x2b.intoArray(m, out + 2 * step + W);
    x2c.intoArray(m, out + 2 * step + 2 * W);
    x3a.intoArray(m, out + 3 * step);
    x3b.intoArray(m, out + 3 * step + W);
    x3c.intoArray(m, out + 3 * step + 2 * W);
    x4a.intoArray(m, out + 4 * step);
    x4b.intoArray(m, out + 4 * step + W);
    x4c.intoArray(m, out + 4 * step + 2 * W);
    x5a.intoArray(m, out + 5 * step);
    x5b.intoArray(m, out + 5 * step + W);
    x5c.intoArray(m, out + 5 * step + 2 * W);
    x6a.intoArray(m, out + 6 * step);
    x6b.intoArray(m, out + 6 * step + W);
    x6c.intoArray(m, out + 6 * step + 2 * W);
    x7a.intoArray(m, out + 7 * step);
    x7b.intoArray(m, out + 7 * step + W);
    x7c.intoArray(m, out + 7 * step + 2 * W);
  }

  static void eight(float[] m, float[] p, int w, int out, int step, int a, int[] r, int r0, int n) {
    FloatVector x0 = all(p[w + 0]);
    FloatVector x1 = all(p[w + 1]);
    FloatVector x2 = all(p[w + 2]);
    FloatVector x3 = all(p[w + 3]);
    FloatVector x4 = all(p[w + 4]);
    FloatVector x5 = all(p[w + 5]);
    FloatVector x6 = all(p[w + 6]);
    FloatVector x7 = all(p[w + 7]);
    int at = w + 8;
    for (int j = 0; j < n; j++) {
      FloatVector v = load(m, a + r[r0 + j]);
      x0 = v.fma(all(p[at + 8 * j + 0]), x0);
      x1 = v.fma(all(p[at + 8 * j + 1]), x1);
      x2 = v.fma(all(p[at + 8 * j + 2]), x2);
      x3 = v.fma(all(p[at + 8 * j + 3]), x3);
      x4 = v.fma(all(p[at + 8 * j + 4]), x4);
      x5 = v.fma(all(p[at + 8 * j + 5]), x5);
      x6 = v.fma(all(p[at + 8 * j + 6]), x6);
      x7 = v.fma(all(p[at + 8 * j + 7]), x7);
    }
    x0.intoArray(m, out);
    x1.intoArray(m, out + step);
    x2.intoArray(m, out + 2 * step);
    x3.intoArray(m, out + 3 * step);
    x4.intoArray(m, out + 4 * step);
    x5.intoArray(m, out + 5 * step);
    x6.intoArray(m, out + 6 * step);
    x7.intoArray(m, out + 7 * step);
  }
}
