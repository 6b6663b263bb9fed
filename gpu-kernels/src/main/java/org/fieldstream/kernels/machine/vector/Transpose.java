package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.W;

/** Between host order {@code [lane][element]} and tile order {@code [element][lane]}. */
final class Transpose {
  private Transpose() {}

  static void enter(float[] host, int first, int used, int size, float[] tile, int at) {
    for (int lane = 0; lane < W; lane++) {
      // Lanes past the end repeat the last one, so that they compute nothing odd.
      int from = (first + Math.min(lane, used - 1)) * size;
      for (int e = 0; e < size; e++) {
        tile[at + e * W + lane] = host[from + e];
      }
    }
  }

  static void leave(float[] tile, int at, float[] host, int first, int used, int size) {
    for (int lane = 0; lane < used; lane++) {
      int to = (first + lane) * size;
      for (int e = 0; e < size; e++) {
        host[to + e] = tile[at + e * W + lane];
      }
    }
  }
}
