package org.fieldstream.server.generator.flow;

import java.util.BitSet;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.FieldShape;

/** Draws of a flow: lane l is draw (seed, index) of its stream. */
final class FlowSource implements DrawSource {
  /**
   * Sites times lanes of a device batch: enough to keep every core busy, few enough to start
   * quickly.
   */
  private static final int BATCH_SITES = 1 << 16;

  /**
   * Bytes that the levels of a device batch take at most where draws are watched, 64 MiB: once as
   * outputs of the program, once in the arenas of the threads, and once more for those that are
   * wanted. Wide machines then have fewer lanes than would keep them busy.
   */
  private static final long LEVEL_BYTES = 64L << 20;

  private static final float[] NOT_WANTED = {};

  private final FieldShape shape;
  private final FlowSampler sampler;
  private final FlowTheory.Configurations configurations;
  private final int lanes;

  /** Draws alone. */
  static FlowSource of(Flow flow, FlowTheory theory, double[] theta, Machine machine) {
    return new FlowSource(
        new FlowSampler(flow, theory::action, theory.constant(), false, machine),
        theory,
        theta,
        machine);
  }

  /** Draws with their way out of noise. */
  static FlowSource watching(
      DenoisingFlow flow, FlowTheory theory, double[] theta, Machine machine) {
    return new FlowSource(
        FlowSampler.watching(flow, theory::action, theory.constant(), machine),
        theory,
        theta,
        machine);
  }

  private FlowSource(FlowSampler sampler, FlowTheory theory, double[] theta, Machine machine) {
    this.sampler = sampler;
    shape = new FieldShape(theory.theory().components(), theory.theory().extents());
    configurations = theory.open(machine.threads());
    sampler.parameters(theta);
    lanes = lanes(shape.sites(), sampler.levels(), sampler.laneGroup(), machine.threads());
    sampler.mostLanes(lanes);
  }

  /**
   * Lanes of a device batch.
   *
   * @param levels fields that a lane has beside the configuration
   * @param group lanes that all threads together compute at a time
   */
  static int lanes(int sites, int levels, int group, int threads) {
    int busy = Math.max(1, Math.min(1024, BATCH_SITES / sites) / group) * group;
    if (levels == 0) {
      return busy;
    }
    int room = (int) Math.min(busy, LEVEL_BYTES / ((long) sites * (levels + 1) * Float.BYTES));
    // What a thread computes at a time it computes whole.
    int unit = room >= group ? group : Math.max(1, group / threads);
    return Math.max(1, room >= unit ? room / unit * unit : room);
  }

  @Override
  public FieldShape shape() {
    return shape;
  }

  @Override
  public int preferredLanes() {
    return lanes;
  }

  @Override
  public DrawBatch draw(long[] seeds, long[] indices, int count) {
    return draw(seeds, indices, count, new BitSet());
  }

  @Override
  public DrawBatch draw(long[] seeds, long[] indices, int count, BitSet wanted) {
    sampler.run(seeds, indices, count);
    double[] action = new double[count];
    double[] logDensity = new double[count];
    for (int lane = 0; lane < count; lane++) {
      action[lane] = sampler.action(lane);
      logDensity[lane] = sampler.logDensity(lane);
    }
    float[] fields = configurations.of(sampler.fields(), seeds, indices, count);
    if (sampler.levels() == 0) {
      return new DrawBatch(count, fields, action, logDensity);
    }
    float[][] levels = new float[sampler.levels() + 1][];
    for (int level = 0; level < sampler.levels(); level++) {
      levels[level] =
          wanted.get(level)
              ? configurations.of(sampler.level(level), seeds, indices, count)
              : NOT_WANTED;
    }
    levels[sampler.levels()] = fields;
    return new DrawBatch(count, fields, action, logDensity, levels);
  }

  @Override
  public void close() {
    sampler.close();
    configurations.close();
  }
}
