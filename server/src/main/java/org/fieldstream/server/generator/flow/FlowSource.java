package org.fieldstream.server.generator.flow;

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
    int group = sampler.laneGroup();
    lanes = Math.max(1, Math.min(1024, BATCH_SITES / shape.sites()) / group) * group;
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
      levels[level] = configurations.of(sampler.level(level), seeds, indices, count);
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
