package org.fieldstream.server.training;

import java.util.Arrays;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.monitoring.statistics.BinnedEstimate;
import org.fieldstream.monitoring.statistics.EffectiveSampleSize;
import org.fieldstream.monitoring.statistics.Jackknife;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.Model;

/** Means over a model's first draws, with their weights or without. */
final class Averages {
  private static final int BINS = 32;

  final double[] m;
  final double[] logWeights;
  private final int sites;

  private Averages(int sites, double[] m, double[] logWeights) {
    this.sites = sites;
    this.m = m;
    this.logWeights = logWeights;
  }

  static Averages of(Model.Draws model, int count, long seed, Machine machine) {
    double[] m = new double[count];
    double[] logWeights = new double[count];
    int sites;
    try (DrawSource source = model.open(model.resolve(null), machine)) {
      sites = source.shape().size();
      for (int first = 0; first < count; ) {
        int from = first;
        int some = Math.min(source.preferredLanes(), count - first);
        long[] seeds = new long[some];
        long[] indices = new long[some];
        Arrays.fill(seeds, seed);
        Arrays.setAll(indices, i -> from + i);
        DrawBatch batch = source.draw(seeds, indices, some);
        for (int i = 0; i < some; i++) {
          double sum = 0;
          for (int x = 0; x < sites; x++) {
            sum += batch.fields()[i * sites + x];
          }
          m[first + i] = sum / sites;
          logWeights[first + i] = -batch.action()[i] - batch.logDensity()[i];
        }
        first += some;
      }
    }
    return new Averages(sites, m, logWeights);
  }

  double ess() {
    return EffectiveSampleSize.ratio(logWeights);
  }

  /** w over the largest; 1 for all where they shall not count. */
  private double[] weights(boolean corrected) {
    double most = Arrays.stream(logWeights).max().orElseThrow();
    return Arrays.stream(logWeights).map(w -> corrected ? Math.exp(w - most) : 1).toArray();
  }

  private double[] times(double[] w, int power) {
    double[] product = new double[w.length];
    Arrays.setAll(product, i -> w[i] * Math.pow(Math.abs(m[i]), power));
    return product;
  }

  /** &lt;|M|>. */
  BinnedEstimate absolute(boolean corrected) {
    double[] w = weights(corrected);
    return new Jackknife(BINS).estimate(a -> a[1] / a[0], w, times(w, 1));
  }

  /** V &lt;M^2>. */
  BinnedEstimate chi(boolean corrected) {
    double[] w = weights(corrected);
    return new Jackknife(BINS).estimate(a -> sites * a[1] / a[0], w, times(w, 2));
  }

  /** 1 - &lt;M^4> / (3 &lt;M^2>^2). */
  BinnedEstimate binder(boolean corrected) {
    double[] w = weights(corrected);
    return new Jackknife(BINS)
        .estimate(a -> 1 - a[2] * a[0] / (3 * a[1] * a[1]), w, times(w, 2), times(w, 4));
  }

  /** log of the mean weight, an estimate of log Z. */
  BinnedEstimate logZ() {
    double most = Arrays.stream(logWeights).max().orElseThrow();
    return new Jackknife(BINS).estimate(a -> most + Math.log(a[0]), weights(true));
  }
}
