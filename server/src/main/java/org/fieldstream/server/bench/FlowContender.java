package org.fieldstream.server.bench;

import java.util.Arrays;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.monitoring.statistics.EffectiveSampleSize;
import org.fieldstream.monitoring.statistics.Jackknife;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.diffusion.AnnealedSource;
import org.fieldstream.server.theory.Target;

/** Independent draws with their log weights; every draw counts towards the ESS. */
final class FlowContender implements Contender {
  private static final int PATIENCE = 5;

  /** So many times fewer draws have to do where each is a way of thousands of steps. */
  private static final int COSTLY = 64;

  /** Blocks of the jackknife. */
  private static final int BLOCKS = 32;

  private final String name;
  private final BenchRow.Kind kind;
  private final Settings settings;
  private final DrawSource source;
  private final long[] seeds;
  private final long[] indices;
  private final OrderParameter parameter;
  private final int burnIn;
  private double[] logWeights = new double[1 << 12];
  private double[] order = new double[1 << 12];
  private double[] action = new double[1 << 12];
  private int draws;

  FlowContender(Model.Draws model, Target target, Settings settings, Machine machine) {
    name = model.id();
    kind = model.target() == null ? BenchRow.Kind.EXACT : BenchRow.Kind.FLOW;
    this.settings = settings;
    parameter = OrderParameter.of(target);
    burnIn = model.burnIn();
    source = model.open(target, machine);
    seeds = new long[source.preferredLanes()];
    indices = new long[seeds.length];
    Arrays.fill(seeds, settings.seed());
  }

  @Override
  public String name() {
    return name;
  }

  /** Longer while the JIT still makes it faster, at most {@value #PATIENCE} times as long. */
  @Override
  public void warmUp() {
    double least = settings.warmUpSeconds();
    double start = CpuClock.seconds();
    double before;
    double rate = 0;
    double spent;
    do {
      before = rate;
      rate = turn(least / 3, 1);
      spent = CpuClock.seconds() - start;
    } while (spent < least || (rate > 1.1 * before && spent < PATIENCE * least));
  }

  @Override
  public double turn(int round) {
    int wanted = settings.draws(source.shape().sites());
    if (source instanceof AnnealedSource) {
      wanted /= COSTLY;
    }
    int left = Math.max(0, wanted - draws);
    return turn(settings.turnSeconds(), left / (settings.rounds() - round + 1));
  }

  private double turn(double cpuSeconds, int least) {
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
      order = Arrays.copyOf(order, logWeights.length);
      action = Arrays.copyOf(action, logWeights.length);
    }
    int size = source.shape().size();
    for (int i = 0; i < n; i++) {
      order[draws] = parameter.function().of(batch.fields(), i * size, size);
      action[draws] = batch.action()[i];
      logWeights[draws++] = -batch.action()[i] - batch.logDensity()[i];
    }
  }

  @Override
  public void lengthen() {
    // The turns made the draws that the settings ask for.
  }

  @Override
  public BenchRow row(Rate rate) {
    double[] all = Arrays.copyOf(logWeights, draws);
    double largest = Arrays.stream(all).max().orElse(0);
    double[] w = Arrays.stream(all).map(log -> Math.exp(log - largest)).toArray();
    double[] squares = Arrays.stream(w).map(x -> x * x).toArray();
    double error = new Jackknife(BLOCKS).estimate(m -> m[0] * m[0] / m[1], w, squares).error();
    Quality ess = new Quality.Ess(EffectiveSampleSize.ratio(all), error, draws);
    String choice = "ESS over " + String.format(java.util.Locale.ROOT, "%,d", draws) + " draws";
    Corrected chain =
        Corrected.of(
            settings.seed(),
            burnIn,
            parameter,
            all,
            Arrays.copyOf(order, draws),
            Arrays.copyOf(action, draws));
    return new BenchRow(name, kind, rate, ess, 0, choice + "; " + chain, chain);
  }

  @Override
  public void close() {
    source.close();
  }
}
