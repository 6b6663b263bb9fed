package org.fieldstream.monitoring.statistics;

import java.util.Arrays;

/**
 * By how much the two halves of a series differ, in standard deviations that include tau_int: J.
 * Geweke, "Evaluating the accuracy of sampling-based approaches to the calculation of posterior
 * moments", Bayesian Statistics 4 (1992), with equal halves and errors by the Gamma method.
 *
 * <p>Both halves get the error of the second one, which is thermalised if any is: in the first one
 * a transient counts as autocorrelation, and its own error would hide the drift.
 *
 * @param first mean of the first half
 * @param second mean of the second half
 * @param sigmas (first - second) / (sqrt(2) error of second), 0 for a constant series; NaN where
 *     there are fewer than 2 x {@value GammaMethod#MINIMUM_LENGTH} values to tell from
 * @param bins values, or bins of values, that both halves were made of
 * @param times how many tau_int the second half holds: with few, {@code sigmas} is too large
 */
public record HalvesDrift(double first, double second, double sigmas, int bins, double times) {
  private static final GammaMethod GAMMA = new GammaMethod();

  /**
   * Of a series in memory. Several replicas are halved each.
   *
   * @param replicas {@code [replica][i]}, each in the order of its chain, finite, of at least 2 x
   *     {@value GammaMethod#MINIMUM_LENGTH} values; not modified
   */
  public static HalvesDrift of(double[]... replicas) {
    Require.atLeast("replicas", replicas.length, 1);
    double[][] first = new double[replicas.length][];
    double[][] second = new double[replicas.length][];
    int values = 0;
    for (int r = 0; r < replicas.length; r++) {
      Require.series("replicas[" + r + "]", replicas[r], 2 * GammaMethod.MINIMUM_LENGTH);
      int half = replicas[r].length / 2;
      first[r] = Arrays.copyOfRange(replicas[r], 0, half);
      second[r] = Arrays.copyOfRange(replicas[r], replicas[r].length - half, replicas[r].length);
      values += 2 * half;
    }
    Estimate a = GAMMA.mean(first);
    Estimate b = GAMMA.mean(second);
    double sigmas = Sigmas.between(a.mean(), b.error(), b.mean(), b.error());
    return new HalvesDrift(a.mean(), b.mean(), sigmas, values, b.n() / b.tauInt());
  }

  /** Of a running series, from its bins. */
  public static HalvesDrift of(OnlineBins bins) {
    double[] means = bins.means();
    return means.length < 2 * GammaMethod.MINIMUM_LENGTH
        ? new HalvesDrift(Double.NaN, Double.NaN, Double.NaN, means.length, 0)
        : of(means);
  }
}
