package org.fieldstream.server.bench;

/**
 * How long to measure.
 *
 * @param rounds turns that each contender gets; the medians are shown
 * @param warmUpSeconds CPU-seconds before the first turn, in which the JIT compiles
 * @param turnSeconds least CPU-seconds of a turn
 * @param draws draws behind the ESS, see {@link #draws(int)}
 * @param chainTimes length of each chain behind tau_int, in units of tau_int
 * @param peerTrajectories trajectories of the peer's first turn on a small lattice
 * @param seed stream seed of draws and chains
 */
public record Settings(
    int rounds,
    double warmUpSeconds,
    double turnSeconds,
    int draws,
    double chainTimes,
    int peerTrajectories,
    long seed) {
  /** Sites from which on a quarter of the draws has to do. */
  private static final int LARGE = 512;

  public Settings {
    if (rounds < 3) {
      throw new IllegalArgumentException("rounds: " + rounds + " (expected: >= 3)");
    }
  }

  /** A minute or two on a quiet machine. */
  public static Settings full(int rounds, long seed) {
    return new Settings(rounds, 3, 0.7, 65_536, 25, 200_000, seed);
  }

  /** A few seconds, and numbers to match. */
  public static Settings quick(int rounds, long seed) {
    return new Settings(rounds, 0.3, 0.1, 4_096, 2, 20_000, seed);
  }

  /** Draws behind the ESS on a lattice. */
  int draws(int sites) {
    return sites < LARGE ? draws : draws / 4;
  }

  /** Trajectories of the peer's first turn, whose tau_int counts. */
  int peerTrajectories(int sites) {
    // tau_int grows about as the number of sites.
    return (int) (peerTrajectories * Math.max(1, sites / 683.0));
  }
}
