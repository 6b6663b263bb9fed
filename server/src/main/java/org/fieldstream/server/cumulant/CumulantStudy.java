package org.fieldstream.server.cumulant;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.fieldstream.monitoring.statistics.BinnedEstimate;
import org.fieldstream.monitoring.statistics.Jackknife;
import org.fieldstream.server.cumulant.EvenMoments.Of;
import org.fieldstream.server.generator.diffusion.Denoising;

/**
 * Cumulants up to order 6 through the forward process {@code phi_sigma = phi + sigma xi} of an
 * ensemble, and through a model's backward process (Aarts, Habibi, Wang, Zhou, arXiv 2410.21212): a
 * variance-expanding process conserves all cumulants of order above 2, so the interactions are all
 * still there, hidden under the noise; the backward process, which starts with a Gaussian, has to
 * make them.
 */
public final class CumulantStudy {
  private static final int BINS = 32;
  private static final int BATCH = 64;

  private CumulantStudy() {}

  /**
   * Measures.
   *
   * @param fields {@code [count][V]} of an ensemble; not modified
   * @param count at least as many as jackknife bins, 32
   * @param backward the model's way
   * @param seed of noise and draws
   */
  public static List<CumulantRow> run(float[] fields, int count, Denoising backward, long seed) {
    int v = backward.sites();
    if (count < BINS || fields.length < count * v) {
      throw new IllegalArgumentException(
          "configurations: " + count + " (expected: at least " + BINS + ", of " + v + " sites)");
    }
    double[] sigmas = backward.sigmas();
    EvenMoments[] forth = moments(sigmas.length, count);
    EvenMoments[] back = moments(sigmas.length, count);
    SplittableRandom random = new SplittableRandom(seed);
    float[] noisy = new float[v];
    for (int i = 0; i < count; i++) {
      for (int level = 0; level < sigmas.length; level++) {
        for (int x = 0; x < v; x++) {
          noisy[x] = (float) (fields[i * v + x] + sigmas[level] * random.nextGaussian());
        }
        forth[level].add(noisy, 0, v);
      }
    }
    for (int first = 0; first < count; first += BATCH) {
      int some = Math.min(BATCH, count - first);
      float[][] drawn = backward.draw(seed, first, some);
      for (int level = 0; level < sigmas.length; level++) {
        for (int i = 0; i < some; i++) {
          back[level].add(drawn[level], i * v, v);
        }
      }
    }
    List<CumulantRow> rows = new ArrayList<>();
    for (Of of : Of.values()) {
      for (int order : EvenMoments.ORDERS) {
        for (int level = 0; level < sigmas.length; level++) {
          rows.add(row(of, order, sigmas[level], forth[0], forth[level], back[level]));
        }
      }
    }
    return rows;
  }

  private static EvenMoments[] moments(int levels, int count) {
    EvenMoments[] all = new EvenMoments[levels];
    for (int level = 0; level < levels; level++) {
      all[level] = new EvenMoments(count);
    }
    return all;
  }

  private static CumulantRow row(
      Of of, int order, double sigma, EvenMoments clean, EvenMoments forth, EvenMoments back) {
    Jackknife jackknife = new Jackknife(BINS);
    ToDoubleFunction<double[]> cumulant = EvenMoments.cumulant(order, 0);
    ToDoubleFunction<double[]> before = EvenMoments.cumulant(order, EvenMoments.ORDERS.size());
    double added = order == 2 ? sigma * sigma : 0;
    double[][] a = forth.series(of);
    double[][] b = clean.series(of);
    BinnedEstimate own = jackknife.estimate(cumulant, b);
    BinnedEstimate forward = jackknife.estimate(cumulant, a);
    // The same configurations with and without noise: much of the error is common to both.
    BinnedEstimate change =
        jackknife.estimate(
            m -> cumulant.applyAsDouble(m) - before.applyAsDouble(m) - added,
            a[0],
            a[1],
            a[2],
            b[0],
            b[1],
            b[2]);
    BinnedEstimate backward = jackknife.estimate(cumulant, back.series(of));
    return new CumulantRow(
        of.name().toLowerCase(Locale.ROOT),
        order,
        sigma,
        own.mean() + added,
        forward.mean(),
        forward.error(),
        sigma == 0 ? Double.NaN : change.mean() / change.error(),
        backward.mean(),
        backward.error());
  }
}
