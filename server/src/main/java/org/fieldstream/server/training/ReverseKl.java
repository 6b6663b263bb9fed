package org.fieldstream.server.training;

import java.util.Arrays;
import java.util.List;
import org.fieldstream.server.generator.flow.FlowSampler;

/**
 * One step of reverse Kullback-Leibler training: the gradient of {@code <S + log q>} over a batch
 * of the flow's own draws (Albergo, Kanwar, Shanahan, arXiv 1904.12072, equation (12)), clipped by
 * its norm. The loss is bounded below by -log Z. The estimator is the path gradient, see {@link
 * org.fieldstream.server.generator.flow.FlowProgram}.
 */
final class ReverseKl {
  private final List<FlowSampler> samplers;
  private final int lanes;
  private final double[] gradient;
  private final double[] one;

  /**
   * Training of one flow, or of flows at several couplings that share theta.
   *
   * @param lanes draws of a step, all samplers together; at least one for each
   */
  ReverseKl(List<FlowSampler> samplers, int lanes, int size) {
    this.samplers = List.copyOf(samplers);
    this.lanes = lanes / samplers.size();
    this.gradient = new double[size];
    this.one = new double[size];
  }

  /**
   * What a batch said.
   *
   * @param loss mean of S + log q
   * @param spread standard deviation of S + log q over the batch, at a coupling
   * @param norm norm of the gradient before clipping
   */
  record Result(double loss, double spread, double norm) {
    boolean finite() {
      return Double.isFinite(loss) && Double.isFinite(norm);
    }
  }

  /** Draws a batch (seed, first...) at theta and computes its gradient, see {@link #gradient()}. */
  Result evaluate(double[] theta, long seed, long first, double clip) {
    Arrays.fill(gradient, 0);
    double loss = 0;
    double variance = 0;
    for (FlowSampler sampler : samplers) {
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
      double mean = sum / lanes;
      loss += mean / samplers.size();
      variance += Math.max(0, sum2 / lanes - mean * mean) / samplers.size();
      sampler.gradient(theta, lanes, one);
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] += one[i] / samplers.size();
      }
    }
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
    return new Result(loss, Math.sqrt(variance), norm);
  }

  /** The clipped gradient of the last evaluation, by theta. */
  double[] gradient() {
    return gradient;
  }
}
