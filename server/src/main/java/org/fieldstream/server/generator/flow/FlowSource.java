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

  FlowSource(Flow flow, FlowTheory theory, double[] theta, Machine machine) {
    shape = new FieldShape(theory.theory().components(), theory.theory().extents());
    sampler = new FlowSampler(flow, theory::action, theory.constant(), false, machine);
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
    return new DrawBatch(count, fields, action, logDensity);
  }

  @Override
  public void close() {
    sampler.close();
    configurations.close();
  }
}
