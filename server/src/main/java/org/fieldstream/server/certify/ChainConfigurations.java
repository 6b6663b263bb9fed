package org.fieldstream.server.certify;

import java.util.Arrays;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.ChainSource;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.theory.Target;

/** States of a Markov chain model, all its chains, as a stream of it would carry them. */
public final class ChainConfigurations implements ConfigurationSource {
  private final ChainSource source;
  private final int planned;
  private final int every;
  private boolean thermal;
  private long step;
  private int given;

  /**
   * A stream from its beginning.
   *
   * @param target resolved
   * @param configurations how many
   * @param every one of so many steps, at least 1
   */
  public ChainConfigurations(
      Model.Chains model,
      Target target,
      long seed,
      int configurations,
      int every,
      Machine machine) {
    this.source = model.open(target, seed, machine);
    this.planned = configurations;
    this.every = every;
  }

  @Override
  public int planned() {
    return planned;
  }

  @Override
  public Part next(int most) {
    if (!thermal) {
      thermal = source.thermalise();
      return new Part(0, new float[0], new int[0], new long[0], new double[0]);
    }
    if (most < source.chains()) {
      throw new IllegalArgumentException(
          "most: " + most + " (expected: at least " + source.chains() + ", the chains)");
    }
    float[] fields = source.step().batch().fields();
    if (step++ % every != 0) {
      return new Part(0, new float[0], new int[0], new long[0], new double[0]);
    }
    int count = Math.min(source.chains(), planned - given);
    int[] replica = new int[count];
    long[] time = new long[count];
    Arrays.setAll(replica, c -> c);
    Arrays.fill(time, step - 1);
    given += count;
    return new Part(count, fields, replica, time, new double[count]);
  }

  @Override
  public boolean isOver() {
    return given == planned;
  }

  @Override
  public void close() {
    source.close();
  }
}
