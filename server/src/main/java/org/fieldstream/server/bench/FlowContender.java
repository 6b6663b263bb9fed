package org.fieldstream.server.bench;

import java.util.Arrays;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.monitoring.statistics.EffectiveSampleSize;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.flow.FlowModel;

/** Draws of a flow with their log weights; every draw counts towards the ESS. */
final class FlowContender implements AutoCloseable {
  private static final int PATIENCE = 5;

  private final DrawSource source;
  private final long[] seeds;
  private final long[] indices;
  private double[] logWeights = new double[1 << 12];
  private int draws;

  FlowContender(FlowModel model, long seed, Machine machine) {
    source = model.open(model.target(), machine);
    seeds = new long[source.preferredLanes()];
    indices = new long[seeds.length];
    Arrays.fill(seeds, seed);
  }

  /**
   * Draws for some CPU time, longer while the JIT still makes it faster.
   *
   * @param cpuSeconds least CPU-seconds; at most {@value #PATIENCE} times as many
   */
  void warmUp(double cpuSeconds) {
    double start = CpuClock.seconds();
    double before;
    double rate = 0;
    double spent;
    do {
      before = rate;
      rate = turn(cpuSeconds / 3, 1);
      spent = CpuClock.seconds() - start;
    } while (spent < cpuSeconds || (rate > 1.1 * before && spent < PATIENCE * cpuSeconds));
  }

  /**
   * Draws for some CPU time, and at least a number of draws.
   *
   * @return draws per CPU-second
   */
  double turn(double cpuSeconds, int least) {
    int first = draws;
    double start = CpuClock.seconds();
    double spent = 0;
    while (spent < cpuSeconds || draws - first < least) {
      draw();
      spent = CpuClock.seconds() - start;
    }
    return (draws - first) / spent;
  }

  private void draw() {
    int n = seeds.length;
    Arrays.setAll(indices, lane -> draws + lane);
    DrawBatch batch = source.draw(seeds, indices, n);
    if (logWeights.length < draws + n) {
      logWeights = Arrays.copyOf(logWeights, 2 * (draws + n));
    }
    for (int i = 0; i < n; i++) {
      logWeights[draws++] = -batch.action()[i] - batch.logDensity()[i];
    }
  }

  /** Number of draws so far. */
  int draws() {
    return draws;
  }

  /** ESS/N over all draws so far. */
  double ess() {
    return EffectiveSampleSize.ratio(Arrays.copyOf(logWeights, draws));
  }

  @Override
  public void close() {
    source.close();
  }
}
