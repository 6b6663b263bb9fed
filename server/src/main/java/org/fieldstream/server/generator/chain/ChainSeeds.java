package org.fieldstream.server.generator.chain;

/** Keys of the random numbers of chains, from a stream's seed. */
final class ChainSeeds {
  private ChainSeeds() {}

  /** One key for each chain. */
  static long[] of(long seed, int chains) {
    long[] seeds = new long[chains];
    for (int c = 0; c < chains; c++) {
      seeds[c] = mix(seed, c);
    }
    return seeds;
  }

  /** A key for what is common to all chains. */
  static long common(long seed) {
    return mix(seed, -1);
  }

  /** A 64-bit hash (the finaliser of D. Lea, G. Steele, C. Flood, SplitMix64, OOPSLA 2014). */
  private static long mix(long seed, long chain) {
    long z = seed + (chain + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
