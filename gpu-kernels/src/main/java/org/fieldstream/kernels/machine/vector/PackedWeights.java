package org.fieldstream.kernels.machine.vector;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.fieldstream.kernels.program.Op;

/**
 * The weights of a convolution in the order its loops read them: for each block of output channels
 * the biases, then for each term of the window one weight for each channel of the block. Packed
 * once for each run, for all lanes.
 */
final class PackedWeights {
  /** AVX2 has half as many registers as AVX-512 and NEON have: no room there for blocks of 8. */
  private static final int WIDEST = Simd.W == 8 ? 4 : 8;

  private final Op op;
  private final int start;
  private final int[] blocks;

  PackedWeights(Op op, int start) {
    this.op = op;
    this.start = start;
    blocks = blocks(op.out().shape().channels(), WIDEST);
  }

  /** A number of channels as blocks of 8, 4, 2 and 1, the larger first. */
  static int[] blocks(int channels, int widest) {
    IntStream.Builder blocks = IntStream.builder();
    int left = channels;
    for (int block = widest; block > 0; block /= 2) {
      for (; left >= block; left -= block) {
        blocks.add(block);
      }
    }
    return blocks.build().toArray();
  }

  /** Floats needed. */
  static int length(Op op) {
    return Math.multiplyExact(op.out().shape().channels(), terms(op) + 1);
  }

  private static int terms(Op op) {
    return OrbitSums.pays(op)
        ? OrbitSums.terms(op)
        : Math.multiplyExact(op.in(0).shape().channels(), op.integer(2));
  }

  int start() {
    return start;
  }

  int[] blocks() {
    return blocks;
  }

  /** The widest block there can be. */
  int widest() {
    return WIDEST;
  }

  /**
   * Packs.
   *
   * @param p the parameter array, read at the op's weights and biases, written from {@link #start}
   */
  void pack(float[] p) {
    int[] orbitOf = orbitOfTerm();
    int terms = terms(op);
    int to = start;
    int co = 0;
    for (int block : blocks) {
      for (int c = co; c < co + block; c++) {
        p[to++] = op.integer(1) < 0 ? 0 : p[op.integer(1) + c];
      }
      for (int j = 0; j < terms; j++) {
        for (int c = co; c < co + block; c++) {
          p[to++] = p[weight(c, j / orbitOf.length) + orbitOf[j % orbitOf.length]];
        }
      }
      co += block;
    }
  }

  /** The orbit of each term of an input channel. */
  private int[] orbitOfTerm() {
    int taps = op.integer(2);
    int sites = op.in(0).shape().sites();
    return OrbitSums.pays(op)
        ? IntStream.range(0, op.integer(3)).toArray()
        : Arrays.copyOfRange(op.table(), sites * taps, (sites + 1) * taps);
  }

  /** The weight of an output and an input channel, orbit 0. */
  private int weight(int co, int ci) {
    int pair =
        op.integer(4) == 1
            ? ci * op.out().shape().channels() + co
            : co * op.in(0).shape().channels() + ci;
    return op.integer(0) + pair * op.integer(3);
  }
}
