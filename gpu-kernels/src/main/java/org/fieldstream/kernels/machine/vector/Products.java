package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.W;
import static org.fieldstream.kernels.machine.vector.Simd.all;
import static org.fieldstream.kernels.machine.vector.Simd.load;

import jdk.incubator.vector.FloatVector;

/**
 * Small matrix products with all sums in registers: {@code out[c][s] = w[c] + sum_j w[C + C j + c]
 * m[a + s W + r[r_s + j]]} for a block of four, two or one output channels at three neighbouring
 * sites or one. Every sum runs over j in order, so a result does not depend on the block it was
 * computed in.
 *
 * <p>One flat loop, because the compiler of JDK 17 keeps a sum that crosses two loops in memory;
 * named variables, because no compiler keeps an array in registers. {@code step} is the distance of
 * output channels.
 */
final class Products {
  private Products() {}

  static void fourBy3(
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
    int at = w + 4;
    for (int j = 0; j < n; j++) {
      FloatVector va = load(m, a + r[r0 + j]);
      FloatVector vb = load(m, a + W + r[r1 + j]);
      FloatVector vc = load(m, a + 2 * W + r[r2 + j]);
      FloatVector w0 = all(p[at + 4 * j + 0]);
      x0a = va.fma(w0, x0a);
      x0b = vb.fma(w0, x0b);
      x0c = vc.fma(w0, x0c);
      FloatVector w1 = all(p[at + 4 * j + 1]);
      x1a = va.fma(w1, x1a);
      x1b = vb.fma(w1, x1b);
      x1c = vc.fma(w1, x1c);
      FloatVector w2 = all(p[at + 4 * j + 2]);
      x2a = va.fma(w2, x2a);
      x2b = vb.fma(w2, x2b);
      x2c = vc.fma(w2, x2c);
      FloatVector w3 = all(p[at + 4 * j + 3]);
      x3a = va.fma(w3, x3a);
      x3b = vb.fma(w3, x3b);
      x3c = vc.fma(w3, x3c);
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
  }

  static void four(float[] m, float[] p, int w, int out, int step, int a, int[] r, int r0, int n) {
    FloatVector x0 = all(p[w + 0]);
    FloatVector x1 = all(p[w + 1]);
    FloatVector x2 = all(p[w + 2]);
    FloatVector x3 = all(p[w + 3]);
    int at = w + 4;
    for (int j = 0; j < n; j++) {
      FloatVector v = load(m, a + r[r0 + j]);
      x0 = v.fma(all(p[at + 4 * j + 0]), x0);
      x1 = v.fma(all(p[at + 4 * j + 1]), x1);
      x2 = v.fma(all(p[at + 4 * j + 2]), x2);
      x3 = v.fma(all(p[at + 4 * j + 3]), x3);
    }
    x0.intoArray(m, out);
    x1.intoArray(m, out + step);
    x2.intoArray(m, out + 2 * step);
    x3.intoArray(m, out + 3 * step);
  }

  static void twoBy3(
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
    int at = w + 2;
    for (int j = 0; j < n; j++) {
      FloatVector va = load(m, a + r[r0 + j]);
      FloatVector vb = load(m, a + W + r[r1 + j]);
      FloatVector vc = load(m, a + 2 * W + r[r2 + j]);
      FloatVector w0 = all(p[at + 2 * j + 0]);
      x0a = va.fma(w0, x0a);
      x0b = vb.fma(w0, x0b);
      x0c = vc.fma(w0, x0c);
      FloatVector w1 = all(p[at + 2 * j + 1]);
      x1a = va.fma(w1, x1a);
      x1b = vb.fma(w1, x1b);
      x1c = vc.fma(w1, x1c);
    }
    x0a.intoArray(m, out);
    x0b.intoArray(m, out + W);
    x0c.intoArray(m, out + 2 * W);
    x1a.intoArray(m, out + step);
    x1b.intoArray(m, out + step + W);
    x1c.intoArray(m, out + step + 2 * W);
  }

  static void two(float[] m, float[] p, int w, int out, int step, int a, int[] r, int r0, int n) {
    FloatVector x0 = all(p[w + 0]);
    FloatVector x1 = all(p[w + 1]);
    int at = w + 2;
    for (int j = 0; j < n; j++) {
      FloatVector v = load(m, a + r[r0 + j]);
      x0 = v.fma(all(p[at + 2 * j + 0]), x0);
      x1 = v.fma(all(p[at + 2 * j + 1]), x1);
    }
    x0.intoArray(m, out);
    x1.intoArray(m, out + step);
  }

  static void oneBy3(
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
    int at = w + 1;
    for (int j = 0; j < n; j++) {
      FloatVector va = load(m, a + r[r0 + j]);
      FloatVector vb = load(m, a + W + r[r1 + j]);
      FloatVector vc = load(m, a + 2 * W + r[r2 + j]);
      FloatVector w0 = all(p[at + 1 * j + 0]);
      x0a = va.fma(w0, x0a);
      x0b = vb.fma(w0, x0b);
      x0c = vc.fma(w0, x0c);
    }
    x0a.intoArray(m, out);
    x0b.intoArray(m, out + W);
    x0c.intoArray(m, out + 2 * W);
  }

  static void one(float[] m, float[] p, int w, int out, int step, int a, int[] r, int r0, int n) {
    FloatVector x0 = all(p[w + 0]);
    int at = w + 1;
    for (int j = 0; j < n; j++) {
      FloatVector v = load(m, a + r[r0 + j]);
      x0 = v.fma(all(p[at + 1 * j + 0]), x0);
    }
    x0.intoArray(m, out);
  }
}
