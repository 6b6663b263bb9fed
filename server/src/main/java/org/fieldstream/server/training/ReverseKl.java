package org.fieldstream.server.training;

import org.fieldstream.server.generator.flow.FlowSampler;

/**
 * One step of reverse Kullback-Leibler training: the gradient of {@code <S + log q>} over a batch
 * of the flow's own draws (Albergo, Kanwar, Shanahan, arXiv 1904.12072, equation (12)), clipped by
 * its norm. The loss is bounded below by -log Z. The estimator is the path gradient, see {@link
 * org.fieldstream.server.generator.flow.FlowProgram}.
 */
final class ReverseKl {
  private final FlowSampler sampler;
  private final int lanes;
  private final double[] gradient;

  ReverseKl(FlowSampler sampler, int lanes, int size) {
    this.sampler = sampler;
    this.lanes = lanes;
    this.gradient = new double[size];
  }

  /**
   * What a batch said.
   *
   * @param loss mean of S + log q
   * @param spread standard deviation of S + log q over the batch
   * @param norm norm of the gradient before clipping
   */
  record Result(double loss, double spread, double norm) {
    boolean finite() {
      return Double.isFinite(loss) && Double.isFinite(norm);
    }
  }

  /** Draws a batch (seed, first...) at theta and computes its gradient, see {@link #gradient()}. */
  Result evaluate(double[] theta, long seed, long first, double clip) {
    sampler.jitter(first);
    sampler.parameters(theta);
    sampler.run(seed, first, lanes);
    double sum = 0;
    double sum2 = 0;
    for (int lane = 0; lane < lanes; lane++) {
      double f = sampler.action(lane) + sampler.logDensity(lane);
      sum += f;
      sum2 += f * f;
    }
    sampler.gradient(theta, lanes, gradient);
    double norm2 = 0;
    for (double g : gradient) {
      norm2 += g * g;
    }
    double norm = Math.sqrt(norm2);
    if (norm > clip) {
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] *= clip / norm;
      }
    }
    double mean = sum / lanes;
    return new Result(mean, Math.sqrt(Math.max(0, sum2 / lanes - mean * mean)), norm);
  }

  /** The clipped gradient of the last evaluation, by theta. */
  double[] gradient() {
    return gradient;
  }
}
