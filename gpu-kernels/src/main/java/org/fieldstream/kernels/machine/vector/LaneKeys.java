package org.fieldstream.kernels.machine.vector;

/**
 * Random keys of a tile's lanes, split into 32-bit words, one vector each; and room for a block.
 */
final class LaneKeys {
  final int[] seedLow = new int[Simd.W];
  final int[] seedHigh = new int[Simd.W];
  final int[] indexLow = new int[Simd.W];
  final int[] indexHigh = new int[Simd.W];

  /** The four words of a block of random numbers, {@code [word][lane]}; overwritten by each op. */
  final int[] words = new int[4 * Simd.W];

  void set(long[] seeds, long[] indices, int from) {
    for (int lane = 0; lane < Simd.W; lane++) {
      // Lanes past the end are computed and thrown away.
      int source = Math.min(from + lane, seeds.length - 1);
      seedLow[lane] = (int) seeds[source];
      seedHigh[lane] = (int) (seeds[source] >>> 32);
      indexLow[lane] = (int) indices[source];
      indexHigh[lane] = (int) (indices[source] >>> 32);
    }
  }
}
