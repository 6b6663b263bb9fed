package org.fieldstream.server.generator.diffusion;

import java.util.stream.IntStream;

/**
 * Which levels of a way out of noise are looked at: one of so many, counted from the end, and the
 * beginning, noise alone.
 *
 * @param steps of the way, level {@code steps} being its end
 * @param every one of so many is looked at, at least 1
 */
record SeenLevels(int steps, int every) {
  /** Levels with noise that streams are offered, at most. */
  private static final int MOST = 64;

  /**
   * Values of one draw at all levels with noise, at most, where one level is not more already: 4
   * MiB, so that the lanes of a vector of the widest machine take 64 MiB.
   */
  private static final int MOST_VALUES = 1 << 20;

  /**
   * All, or as few of them as that there are not too many: fewer on a large lattice.
   *
   * @param size values of a configuration
   */
  static SeenLevels of(int steps, int size) {
    int most = Math.max(1, Math.min(MOST, MOST_VALUES / size));
    return new SeenLevels(steps, (steps + most - 1) / most);
  }

  /** Those before the end, ascending. */
  int[] withNoise() {
    return IntStream.range(0, steps).filter(i -> i == 0 || (steps - i) % every == 0).toArray();
  }
}
