package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.W;

/**
 * Between host order {@code [lane][element]} and tile order {@code [element][lane]}: whole squares
 * of lanes and elements through {@link Square}, the rest one by one. Numbers are moved, never
 * changed.
 */
final class Transpose {
  private static final int BLOCK = 32;

  private Transpose() {}

  /**
   * Into the tile.
   *
   * @param used lanes from the first on that exist; those past the end repeat the last one, so that
   *     they compute nothing odd
   * @param spare W x W floats, overwritten
   */
  static void enter(
      float[] host, int first, int used, int size, float[] tile, int at, float[] spare) {
    int whole = used == W ? Square.floor(size) : 0;
    for (int e = 0; e < whole; e += W) {
      Square.transpose(host, first * size + e, size, tile, at + e * W, W, spare);
    }
    for (int block = whole; block < size; block += BLOCK) {
      int end = Math.min(size, block + BLOCK);
      for (int lane = 0; lane < W; lane++) {
        int from = (first + Math.min(lane, used - 1)) * size;
        for (int e = block; e < end; e++) {
          tile[at + e * W + lane] = host[from + e];
        }
      }
    }
  }

  /** Out of the tile; parameters as of {@link #enter}. */
  static void leave(
      float[] tile, int at, float[] host, int first, int used, int size, float[] spare) {
    int whole = used == W ? Square.floor(size) : 0;
    for (int e = 0; e < whole; e += W) {
      Square.transpose(tile, at + e * W, W, host, first * size + e, size, spare);
    }
    for (int block = whole; block < size; block += BLOCK) {
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
