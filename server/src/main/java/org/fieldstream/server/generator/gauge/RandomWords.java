package org.fieldstream.server.generator.gauge;

import org.fieldstream.kernels.random.Philox;

/** A draw's random numbers one after the other: Philox blocks 0, 1, 2, ... of one counter. */
public final class RandomWords {
  private static final int WORDS = 4;

  private final int[] words = new int[WORDS];
  private long seed;
  private long index;
  private int draw;
  private int block;
  private int used;

  /** Starts at the first number of (seed, index, draw). */
  public void start(long seed, long index, int draw) {
    this.seed = seed;
    this.index = index;
    this.draw = draw;
    block = 0;
    used = WORDS;
  }

  /** 32 random bits. */
  public int next() {
    if (used == WORDS) {
      Philox.block(block++, draw, index, seed, words);
      used = 0;
    }
    return words[used++];
  }

  /** A uniform in (0, 1) with 52 random bits. */
  public double uniform() {
    long high = next() & 0xFFFFFFFFL;
    return ((high << 20 | next() >>> 12) + 0.5) * 0x1p-52;
  }

  /** A uniform angle in [-pi, pi), in steps of 2 pi / 2^32. */
  public double angle() {
    return next() * (Math.PI * 0x1p-31);
  }
}
