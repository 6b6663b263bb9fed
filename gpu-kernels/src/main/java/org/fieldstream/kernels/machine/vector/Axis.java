package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.W;
import static org.fieldstream.kernels.machine.vector.Simd.all;
import static org.fieldstream.kernels.machine.vector.Simd.load;

import jdk.incubator.vector.FloatVector;

/**
 * A matrix along an axis, four rows of it and two lines of the lattice in registers at a time: an
 * entry of the matrix serves both lines.
 *
 * <p>Every output is a sum of {@link #PIECE} terms at a time, those sums summed: with 64 terms half
 * the rounding of one running sum. In transforms of large fields that is much of what a draw's log
 * q is off by.
 */
final class Axis {
  private static final int PIECE = 8;

  private Axis() {}

  static void apply(
      float[] m, int out, int a, int n, float[] p, int matrix, int extent, int stride) {
    int step = stride * W;
    int lines = n / extent;
    int line = 0;
    for (; line + 1 < lines; line += 2) {
      int first = first(line, extent, stride);
      int second = first(line + 1, extent, stride);
      int i = 0;
      for (; i + 3 < extent; i += 4) {
        eight(
            m,
            out + first + i * step,
            second - first,
            a + first,
            p,
            matrix + i * extent,
            extent,
            step);
      }
      for (; i < extent; i++) {
        one(m, out + first + i * step, a + first, p, matrix + i * extent, extent, step);
        one(m, out + second + i * step, a + second, p, matrix + i * extent, extent, step);
      }
    }
    if (line < lines) {
      int first = first(line, extent, stride);
      for (int i = 0; i < extent; i++) {
        one(m, out + first + i * step, a + first, p, matrix + i * extent, extent, step);
      }
    }
  }

  /** Where a line begins. */
  private static int first(int line, int extent, int stride) {
    return (line / stride * stride * extent + line % stride) * W;
  }

  private static void eight(
      float[] m, int out, int other, int a, float[] p, int row, int extent, int step) {
    FloatVector s0 = FloatVector.zero(Simd.F);
    FloatVector s1 = FloatVector.zero(Simd.F);
    FloatVector s2 = FloatVector.zero(Simd.F);
    FloatVector s3 = FloatVector.zero(Simd.F);
    FloatVector t0 = FloatVector.zero(Simd.F);
    FloatVector t1 = FloatVector.zero(Simd.F);
    FloatVector t2 = FloatVector.zero(Simd.F);
    FloatVector t3 = FloatVector.zero(Simd.F);
    for (int piece = 0; piece < extent; piece += PIECE) {
      FloatVector x0 = FloatVector.zero(Simd.F);
      FloatVector x1 = FloatVector.zero(Simd.F);
      FloatVector x2 = FloatVector.zero(Simd.F);
      FloatVector x3 = FloatVector.zero(Simd.F);
      FloatVector y0 = FloatVector.zero(Simd.F);
      FloatVector y1 = FloatVector.zero(Simd.F);
      FloatVector y2 = FloatVector.zero(Simd.F);
      FloatVector y3 = FloatVector.zero(Simd.F);
      int end = Math.min(extent, piece + PIECE);
      for (int j = piece; j < end; j++) {
        FloatVector v = load(m, a + j * step);
        FloatVector w = load(m, a + other + j * step);
        FloatVector q0 = all(p[row + j]);
        FloatVector q1 = all(p[row + extent + j]);
        FloatVector q2 = all(p[row + 2 * extent + j]);
        FloatVector q3 = all(p[row + 3 * extent + j]);
        x0 = v.fma(q0, x0);
        y0 = w.fma(q0, y0);
        x1 = v.fma(q1, x1);
        y1 = w.fma(q1, y1);
        x2 = v.fma(q2, x2);
        y2 = w.fma(q2, y2);
        x3 = v.fma(q3, x3);
        y3 = w.fma(q3, y3);
      }
      s0 = s0.add(x0);
      s1 = s1.add(x1);
      s2 = s2.add(x2);
      s3 = s3.add(x3);
      t0 = t0.add(y0);
      t1 = t1.add(y1);
      t2 = t2.add(y2);
      t3 = t3.add(y3);
    }
    s0.intoArray(m, out);
    s1.intoArray(m, out + step);
    s2.intoArray(m, out + 2 * step);
    s3.intoArray(m, out + 3 * step);
    t0.intoArray(m, out + other);
    t1.intoArray(m, out + other + step);
    t2.intoArray(m, out + other + 2 * step);
    t3.intoArray(m, out + other + 3 * step);
  }

  private static void one(float[] m, int out, int a, float[] p, int row, int extent, int step) {
    FloatVector s = FloatVector.zero(Simd.F);
    for (int piece = 0; piece < extent; piece += PIECE) {
      FloatVector x = FloatVector.zero(Simd.F);
      int end = Math.min(extent, piece + PIECE);
      for (int j = piece; j < end; j++) {
        x = load(m, a + j * step).fma(all(p[row + j]), x);
      }
      s = s.add(x);
    }
    s.intoArray(m, out);
  }
}
