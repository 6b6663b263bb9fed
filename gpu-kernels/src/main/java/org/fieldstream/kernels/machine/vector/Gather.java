package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.W;
import static org.fieldstream.kernels.machine.vector.Simd.load;

import jdk.incubator.vector.FloatVector;

/**
 * Sums over a table's source elements: shifts, stencils, slices, permutations and their adjoints.
 * The value read starts at {@code a}; n elements are written from the first one on, to {@code out}.
 */
final class Gather {
  private Gather() {}

  /** Number of entries before the first -1, for each element. */
  static int[] lengths(int[] table, int taps, int n) {
    int[] lengths = new int[n];
    for (int e = 0; e < n; e++) {
      while (lengths[e] < taps && table[e * taps + lengths[e]] >= 0) {
        lengths[e]++;
      }
    }
    return lengths;
  }

  static void one(float[] m, int out, int a, int first, int n, int[] table) {
    for (int e = 0; e < n; e++) {
      int from = table[first + e];
      if (from >= 0) {
        load(m, a + from * W).intoArray(m, out + e * W);
      } else {
        FloatVector.zero(Simd.F).intoArray(m, out + e * W);
      }
    }
  }

  /** Two entries for each element: {@link #sum} without its loops. */
  static void two(float[] m, int out, int a, int first, int n, int[] table) {
    // What begins with zero makes no negative zero.
    FloatVector zero = FloatVector.zero(Simd.F);
    for (int e = 0; e < n; e++) {
      int t = 2 * (first + e);
      FloatVector x = zero.add(load(m, a + table[t] * W));
      FloatVector y = zero.add(load(m, a + table[t + 1] * W));
      x.add(y).intoArray(m, out + e * W);
    }
  }

  static void sum(
      float[] m, int out, int a, int first, int n, int taps, int[] table, int[] lengths) {
    for (int e = 0; e < n; e++) {
      int t = (first + e) * taps;
      int end = t + lengths[first + e];
      // Two chains of adds hide the latency of one.
      FloatVector x = FloatVector.zero(Simd.F);
      FloatVector y = FloatVector.zero(Simd.F);
      for (; t + 1 < end; t += 2) {
        x = x.add(load(m, a + table[t] * W));
        y = y.add(load(m, a + table[t + 1] * W));
      }
      if (t < end) {
        x = x.add(load(m, a + table[t] * W));
      }
      x.add(y).intoArray(m, out + e * W);
    }
  }
}
