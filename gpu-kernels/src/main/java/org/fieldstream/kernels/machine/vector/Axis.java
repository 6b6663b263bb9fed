package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.W;
import static org.fieldstream.kernels.machine.vector.Simd.all;
import static org.fieldstream.kernels.machine.vector.Simd.load;

import jdk.incubator.vector.FloatVector;

/** A matrix along an axis, four rows of it in registers at a time. */
final class Axis {
  private Axis() {}

  static void apply(
      float[] m, int out, int a, int n, float[] p, int matrix, int extent, int stride) {
    int step = stride * W;
    int block = extent * stride;
    for (int outer = 0; outer < n; outer += block) {
      for (int inner = 0; inner < stride; inner++) {
        int base = (outer + inner) * W;
        int i = 0;
        for (; i + 3 < extent; i += 4) {
          four(m, out + base + i * step, a + base, p, matrix + i * extent, extent, step);
        }
        for (; i < extent; i++) {
          one(m, out + base + i * step, a + base, p, matrix + i * extent, extent, step);
        }
      }
    }
  }

  private static void four(float[] m, int out, int a, float[] p, int row, int extent, int step) {
    FloatVector x0 = FloatVector.zero(Simd.F);
    FloatVector x1 = FloatVector.zero(Simd.F);
    FloatVector x2 = FloatVector.zero(Simd.F);
    FloatVector x3 = FloatVector.zero(Simd.F);
    for (int j = 0; j < extent; j++) {
      FloatVector v = load(m, a + j * step);
      x0 = v.fma(all(p[row + j]), x0);
      x1 = v.fma(all(p[row + extent + j]), x1);
      x2 = v.fma(all(p[row + 2 * extent + j]), x2);
      x3 = v.fma(all(p[row + 3 * extent + j]), x3);
    }
    x0.intoArray(m, out);
    x1.intoArray(m, out + step);
    x2.intoArray(m, out + 2 * step);
    x3.intoArray(m, out + 3 * step);
  }

  private static void one(float[] m, int out, int a, float[] p, int row, int extent, int step) {
    FloatVector x = FloatVector.zero(Simd.F);
    for (int j = 0; j < extent; j++) {
      x = load(m, a + j * step).fma(all(p[row + j]), x);
    }
    x.intoArray(m, out);
  }
}
