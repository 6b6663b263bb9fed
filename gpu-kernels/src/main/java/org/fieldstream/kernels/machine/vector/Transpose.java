package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.W;

/**
 * Between host order {@code [lane][element]} and tile order {@code [element][lane]}; a block of
 * elements at a time, so that the tile's cache lines are still there for the next lane.
 */
final class Transpose {
  private static final int BLOCK = 32;

  private Transpose() {}

  static void enter(float[] host, int first, int used, int size, float[] tile, int at) {
    for (int block = 0; block < size; block += BLOCK) {
      int end = Math.min(size, block + BLOCK);
      for (int lane = 0; lane < W; lane++) {
        // Lanes past the end repeat the last one, so that they compute nothing odd.
        int from = (first + Math.min(lane, used - 1)) * size;
        for (int e = block; e < end; e++) {
          tile[at + e * W + lane] = host[from + e];
        }
      }
    }
  }

  static void leave(float[] tile, int at, float[] host, int first, int used, int size) {
    for (int block = 0; block < size; block += BLOCK) {
      int end = Math.min(size, block + BLOCK);
      for (int lane = 0; lane < used; lane++) {
        int to = (first + lane) * size;
        for (int e = block; e < end; e++) {
          host[to + e] = tile[at + e * W + lane];
        }
      }
    }
  }
}
