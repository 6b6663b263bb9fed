package org.fieldstream.server.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.monitoring.statistics.EffectiveSampleSize;
import org.fieldstream.monitoring.statistics.Reweighting;
import org.fieldstream.monitoring.statistics.WeightedEstimate;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.diffusion.AnnealedModel;
import org.fieldstream.server.generator.diffusion.AnnealedSource;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.U1;

/**
 * Annealed draws of two-dimensional U(1) beside the character expansion: without adjustment, with
 * it, and corrected by the weights of the ways.
 */
public final class AnnealedStudy {
  /** Draws before time is taken. */
  private static final int WARM_UP = 1;

  private final Machine machine;
  private final long seed;
  private final List<String> observables;

  /**
   * A study.
   *
   * @param seed seed of the draws
   * @param observables some of the theory's, other than the action
   */
  public AnnealedStudy(Machine machine, long seed, List<String> observables) {
    this.machine = machine;
    this.seed = seed;
    this.observables = List.copyOf(observables);
  }

  /**
   * Draws for some time, and at least two batches.
   *
   * @param model adjusted (two rows) or not (one)
   * @param target a resolved target
   * @param cpuSeconds to spend
   * @param most draws at most, at least 2
   */
  public List<AnnealedRow> run(AnnealedModel model, Target target, double cpuSeconds, int most) {
    U1 u1 = U1.of(target);
    List<double[]> values = new ArrayList<>();
    List<Double> weights = new ArrayList<>();
    try (AnnealedSource source = model.open(target, machine)) {
      int lanes = Math.min(source.preferredLanes(), most);
      long[] seeds = new long[lanes];
      long[] indices = new long[lanes];
      // Targets share no random numbers, or one rare draw would show up at all of them.
      Arrays.fill(seeds, seed + ((long) target.hashCode() << 16));
      source.draw(seeds, indices, WARM_UP);
      double start = CpuClock.seconds();
      while (values.size() < most
          && (values.size() < 2 * lanes || CpuClock.seconds() - start < cpuSeconds)) {
        int first = values.size();
        Arrays.setAll(indices, lane -> first + lane);
        int count = Math.min(lanes, most - first);
        DrawBatch batch = source.draw(seeds, indices, count);
        for (int lane = 0; lane < count; lane++) {
          double[] seen = new double[u1.observables().size()];
          u1.observe(batch.fields(), lane * source.shape().size(), batch.action()[lane], seen);
          values.add(seen);
          weights.add(-batch.action()[lane] - batch.logDensity()[lane]);
        }
      }
      double rate = values.size() / (CpuClock.seconds() - start);
      return rows(model, target, source.acceptance(), rate, values, weights);
    }
  }

  private List<AnnealedRow> rows(
      AnnealedModel model,
      Target target,
      double[] acceptance,
      double rate,
      List<double[]> values,
      List<Double> weights) {
    double[] logWeights = weights.stream().mapToDouble(w -> w).toArray();
    double mean = Arrays.stream(acceptance).average().orElseThrow();
    double least = Arrays.stream(acceptance).min().orElseThrow();
    int n = values.size();
    double[] alike = new double[n];
    List<AnnealedRow> rows = new ArrayList<>();
    rows.add(
        new AnnealedRow(
            target,
            model.hasLogDensity() ? "adjusted" : "langevin",
            acceptance.length,
            n,
            mean,
            least,
            1,
            rate,
            entries(U1.of(target), values, alike)));
    if (model.hasLogDensity()) {
      rows.add(
          new AnnealedRow(
              target,
              "corrected",
              acceptance.length,
              n,
              mean,
              least,
              EffectiveSampleSize.ratio(logWeights),
              rate,
              entries(U1.of(target), values, logWeights)));
    }
    return rows;
  }

  private List<AnnealedRow.Entry> entries(U1 u1, List<double[]> values, double[] logWeights) {
    Reweighting reweighting = new Reweighting(logWeights);
    List<AnnealedRow.Entry> entries = new ArrayList<>();
    for (String name : observables) {
      int at = u1.observables().indexOf(name);
      if (at >= 0) { // no loop is larger than its lattice
        double[] series = values.stream().mapToDouble(seen -> seen[at]).toArray();
        WeightedEstimate estimate = reweighting.mean(series);
        double exact = u1.exact().mean(name).orElseThrow();
        entries.add(new AnnealedRow.Entry(name, estimate.mean(), estimate.error(), exact));
      }
    }
    return entries;
  }
}
