package org.fieldstream.server.certify;

import java.util.Arrays;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.chain.PlainTrajectories;
import org.fieldstream.server.theory.Target;

/**
 * An ensemble that is not exact, made the way some are: each configuration is the end of a short
 * Markov chain from a random start of its own. They are independent, and none is thermal.
 */
public final class RandomStarts implements ConfigurationSource {
  private static final int STEPS = 10;

  private final Target target;
  private final int planned;
  private final int trajectories;
  private final long seed;
  private final Machine machine;
  private int given;
  private int block;

  /**
   * An ensemble.
   *
   * @param trajectories length of each chain, of leapfrog trajectories of length 1
   */
  public RandomStarts(
      Target target, int configurations, int trajectories, long seed, Machine machine) {
    this.target = target;
    this.planned = configurations;
    this.trajectories = trajectories;
    this.seed = seed;
    this.machine = machine;
  }

  @Override
  public int planned() {
    return planned;
  }

  @Override
  public Part next(int most) {
    try (PlainTrajectories chains =
        new PlainTrajectories(target, STEPS, (seed << 32) + block++, machine)) {
      for (int t = 0; t < trajectories; t++) {
        chains.advance();
      }
      int count = Math.min(Math.min(most, chains.chains()), planned - given);
      int size = chains.fields().length / chains.chains();
      long[] time = new long[count];
      int first = given;
      Arrays.setAll(time, i -> first + i);
      given += count;
      return new Part(
          count,
          Arrays.copyOf(chains.fields(), count * size),
          new int[count],
          time,
          new double[count]);
    }
  }

  @Override
  public boolean isOver() {
    return given == planned;
  }

  @Override
  public void close() {}
}
