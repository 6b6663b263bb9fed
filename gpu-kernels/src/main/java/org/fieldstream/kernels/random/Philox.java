package org.fieldstream.kernels.random;

/**
 * Philox4x32-10: four 32-bit words from a 128-bit counter and a 64-bit key (Salmon, Moraes, Dror,
 * Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
 *
 * <p>Fieldstream counts as (block, draw, index low, index high) under key (seed low, seed high).
 */
public final class Philox {
  /** First multiplier. */
  public static final int M0 = 0xD2511F53;

  /** Second multiplier. */
  public static final int M1 = 0xCD9E8D57;

  /** First Weyl constant of the key schedule. */
  public static final int W0 = 0x9E3779B9;

  /** Second Weyl constant of the key schedule. */
  public static final int W1 = 0xBB67AE85;

  private Philox() {}

  /**
   * One block.
   *
   * @param out receives four words; modified
   */
  public static void block(int block, int draw, long index, long seed, int[] out) {
    int c0 = block;
    int c1 = draw;
    int c2 = (int) index;
    int c3 = (int) (index >>> 32);
    int k0 = (int) seed;
    int k1 = (int) (seed >>> 32);
    for (int round = 0; round < 10; round++) {
      long p0 = (M0 & 0xFFFFFFFFL) * (c0 & 0xFFFFFFFFL);
      long p1 = (M1 & 0xFFFFFFFFL) * (c2 & 0xFFFFFFFFL);
      c0 = (int) (p1 >>> 32) ^ c1 ^ k0;
      c1 = (int) p1;
      c2 = (int) (p0 >>> 32) ^ c3 ^ k1;
      c3 = (int) p0;
      k0 += W0;
      k1 += W1;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
  }

  /**
   * A uniform in (0, 1) with 23 random bits: {@code (word >>> 9 + 1/2) 2^-23}, the most that a
   * float holds exactly everywhere in the interval; with 24 the largest would round to 1.
   */
  public static double uniform(int word) {
    return ((word >>> 9) + 0.5) * 0x1p-23;
  }

  /** A uniform in (0, 1) with 52 random bits, for decisions: words 0 and 1 of the block. */
  public static double uniform52(int block, int draw, long index, long seed) {
    int[] words = new int[4];
    block(block, draw, index, seed, words);
    long bits = ((words[0] & 0xFFFFFFFFL) << 20) | (words[1] >>> 12);
    return (bits + 0.5) * 0x1p-52;
  }
}
