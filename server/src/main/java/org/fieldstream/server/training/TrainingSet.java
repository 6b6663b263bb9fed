package org.fieldstream.server.training;

import java.util.Arrays;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.ensemble.Configurations;
import org.fieldstream.server.ensemble.Ensemble;
import org.fieldstream.server.ensemble.EnsembleReader;
import org.fieldstream.server.generator.ChainSource;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.diffusion.Magnetisation;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.U1;

/**
 * Configurations to learn from, in memory.
 *
 * @param fields {@code [count][components][V]}; not to be modified
 * @param count how many
 * @param source where they came from, in words
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record TrainingSet(float[] fields, int count, String source) {
  /** Field values that are kept in memory at most: 2 GiB. */
  private static final long MOST_VALUES = 1L << 29;

  /** Where configurations are had from. */
  @FunctionalInterface
  public interface Source {
    /**
     * Gets them; may take long.
     *
     * @param machine for those that have to be made
     */
    TrainingSet get(Machine machine);
  }

  /**
   * States of a Markov chain's streams.
   *
   * @param count how many
   * @param every one of so many steps of each chain
   */
  public static Source drawn(Model.Chains model, Target target, long seed, int count, int every) {
    int volume = volume(target, count);
    return machine -> {
      float[] fields = new float[count * volume];
      try (ChainSource chains = model.open(target, seed, machine)) {
        boolean thermal = false;
        while (!thermal) {
          thermal = chains.thermalise();
        }
        for (int have = 0; have < count; ) {
          ChainSource.ChainBatch step = chains.step();
          for (int skip = 1; skip < every; skip++) {
            step = chains.step();
          }
          int some = Math.min(step.batch().count(), count - have);
          System.arraycopy(step.batch().fields(), 0, fields, have * volume, some * volume);
          have += some;
        }
        return new TrainingSet(
            fields, count, model.id() + ", every " + every + ". of: " + chains.thermalisation());
      }
    };
  }

  /**
   * Independent draws of a model whose density is exp(-S) / Z itself.
   *
   * @param count how many
   */
  public static Source drawn(Model.Draws model, Target target, long seed, int count) {
    int volume = volume(target, count);
    return machine -> {
      float[] fields = new float[count * volume];
      try (DrawSource source = model.open(target, machine)) {
        long[] seeds = new long[source.preferredLanes()];
        long[] indices = new long[seeds.length];
        Arrays.fill(seeds, seed);
        for (int have = 0; have < count; ) {
          int from = have;
          int some = Math.min(seeds.length, count - have);
          Arrays.setAll(indices, lane -> from + lane);
          System.arraycopy(
              source.draw(seeds, indices, some).fields(), 0, fields, have * volume, some * volume);
          have += some;
        }
        return new TrainingSet(fields, count, model.id());
      }
    };
  }

  /** A stored ensemble: its first configurations, in Monte Carlo order and evenly chosen. */
  public static Source stored(Ensemble ensemble, int most) {
    int stride = Math.max(1, (ensemble.size() + most - 1) / most);
    int count = (ensemble.size() + stride - 1) / stride;
    int volume = volume(ensemble.target(), Math.max(1, count));
    for (int i = 0; i < ensemble.size(); i++) {
      if (ensemble.logWeight(i) != 0) {
        throw new IllegalArgumentException(
            "ensemble: "
                + ensemble.spec().name()
                + " is weighted (expected: configurations that follow exp(-S) as they are)");
      }
    }
    if (count < 2) {
      throw new IllegalArgumentException(
          "ensemble: " + count + " configurations (expected: at least 2, better thousands)");
    }
    return machine -> {
      float[] fields = new float[count * volume];
      try (EnsembleReader reader = ensemble.read()) {
        for (int i = 0; i < count; ) {
          reader.seek(i * stride);
          Configurations some = reader.next(stride == 1 ? Math.min(1024, count - i) : 1);
          System.arraycopy(some.floats(), 0, fields, i * volume, some.count() * volume);
          i += some.count();
        }
      }
      return new TrainingSet(fields, count, "ensemble " + ensemble.spec().name());
    };
  }

  private static int volume(Target target, int count) {
    long volume = target.theory().equals(U1.NAME) ? 2 : 1; // components
    for (int extent : target.extents()) {
      volume *= extent;
    }
    if (count < 1 || volume * count > MOST_VALUES) {
      throw new IllegalArgumentException(
          "configurations: "
              + count
              + " of "
              + volume
              + " values (expected: at least one, at most "
              + MOST_VALUES / volume
              + ")");
    }
    return (int) volume;
  }

  /** The same configurations, each with the sign that makes its magnetisation positive; a copy. */
  TrainingSet folded() {
    return new TrainingSet(Magnetisation.folded(fields, count), count, source);
  }

  /** A part of a field, {@code [V]}; a copy. */
  float[] field(int i) {
    int volume = fields.length / count;
    return Arrays.copyOfRange(fields, i * volume, (i + 1) * volume);
  }
}
