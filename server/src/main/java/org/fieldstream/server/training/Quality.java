package org.fieldstream.server.training;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.fieldstream.monitoring.statistics.EffectiveSampleSize;
import org.fieldstream.server.generator.BurnIn;
import org.fieldstream.server.generator.flow.FlowSampler;
import org.fieldstream.server.model.ModelDescription;
import org.jspecify.annotations.Nullable;

/**
 * Quality of a flow over all draws of a sample, never a batch average.
 *
 * @param samples number of draws
 * @param ess (sum w)^2 / (n sum w^2)
 * @param acceptance of an independence Metropolis chain over the draws
 * @param logWeightVariance variance of log w, over draws of some weight
 * @param burnIn proposals before state 0 of such a chain
 */
record Quality(int samples, double ess, double acceptance, double logWeightVariance, int burnIn) {
  private static final int CHUNK = 1024;

  /** Draws at each of several couplings, at least. */
  private static final int LEAST_SAMPLES = 4096;

  static Quality measure(FlowSampler sampler, double[] theta, long seed, int samples) {
    return measure(sampler, theta, seed, samples, StoppedException.NEVER);
  }

  private static Quality measure(
      FlowSampler sampler, double[] theta, long seed, int samples, BooleanSupplier stop) {
    return of(logWeights(sampler, theta, seed, samples, stop), seed);
  }

  /**
   * The quality where the ESS is smallest, of a flow for several couplings; as many draws in all as
   * are asked for, or a few more.
   *
   * @param stop asked on the way
   * @throws StoppedException if it says so
   */
  static Quality worst(
      List<FlowSampler> at, double[] theta, long seed, int samples, BooleanSupplier stop) {
    int each = Math.max(Math.min(samples, LEAST_SAMPLES), samples / at.size());
    return at.stream()
        .map(sampler -> measure(sampler, theta, seed, each, stop))
        .min(Comparator.comparingDouble(Quality::ess))
        .orElseThrow();
  }

  private static double[] logWeights(
      FlowSampler sampler, double[] theta, long seed, int samples, BooleanSupplier stop) {
    sampler.parameters(theta);
    double[] logWeights = new double[samples];
    for (int first = 0; first < samples; first += CHUNK) {
      int count = Math.min(CHUNK, samples - first);
      StoppedException.ifAsked(stop);
      sampler.run(seed, first, count);
      for (int lane = 0; lane < count; lane++) {
        logWeights[first + lane] = -sampler.action(lane) - sampler.logDensity(lane);
      }
    }
    return logWeights;
  }

  /** RMS change of log q under another integration of the same draws. */
  static double integrationError(
      FlowSampler sampler, FlowSampler doubled, double[] theta, long seed, int samples) {
    sampler.parameters(theta);
    doubled.parameters(theta);
    sampler.run(seed, 0, samples);
    doubled.run(seed, 0, samples);
    double sum = 0;
    for (int lane = 0; lane < samples; lane++) {
      double one = sampler.logDensity(lane);
      double two = doubled.logDensity(lane);
      double change = one == two ? 0 : two - one; // also of draws that have no weight either way
      sum += change * change;
    }
    return Math.sqrt(sum / samples);
  }

  /** The same with another burn-in. */
  Quality with(int proposals) {
    return new Quality(samples, ess, acceptance, logWeightVariance, proposals);
  }

  /** For the model file. */
  ModelDescription.Quality record(long seed, @Nullable Double integrationError) {
    return new ModelDescription.Quality(
        samples, seed, ess, acceptance, logWeightVariance, integrationError, burnIn);
  }

  static Quality of(double[] logWeights, long seed) {
    Random random = new Random(seed);
    double current = logWeights[0];
    int accepted = 0;
    double mean = 0;
    int some = 0;
    boolean finite = true;
    for (double w : logWeights) {
      if (w != Double.NEGATIVE_INFINITY) { // else a draw of no weight, which is honest
        some++;
        mean += w;
        finite &= Double.isFinite(w);
      }
      if (Math.log(random.nextDouble()) < w - current) {
        current = w;
        accepted++;
      }
    }
    mean /= some;
    double variance = 0;
    for (double w : logWeights) {
      variance += w == Double.NEGATIVE_INFINITY ? 0 : (w - mean) * (w - mean) / some;
    }
    return new Quality(
        logWeights.length,
        finite && some > 0 ? EffectiveSampleSize.ratio(logWeights) : 0,
        (double) accepted / logWeights.length,
        variance,
        BurnIn.measured(logWeights));
  }
}
