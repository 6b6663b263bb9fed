package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.W;
import static org.fieldstream.kernels.machine.vector.Simd.load;

import jdk.incubator.vector.FloatVector;

/**
 * Sums over a table's source elements: shifts, stencils, slices, permutations and their adjoints.
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

  static void one(float[] m, int out, int a, int n, int[] table) {
    for (int e = 0; e < n; e++) {
      int from = table[e];
      if (from >= 0) {
        load(m, a + from * W).intoArray(m, out + e * W);
      } else {
        FloatVector.zero(Simd.F).intoArray(m, out + e * W);
      }
    }
  }

  static void sum(float[] m, int out, int a, int n, int taps, int[] table, int[] lengths) {
    for (int e = 0; e < n; e++) {
      int t = e * taps;
      int end = t + lengths[e];
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
