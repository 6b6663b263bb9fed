package org.fieldstream.server.cumulant;

/**
 * A cumulant at a strength of the noise.
 *
 * @param of {@code site} or {@code zero_mode}
 * @param order 2, 4 or 6
 * @param sigma strength of the noise
 * @param expected what the forward process must give: the ensemble's own cumulant, plus sigma^2 for
 *     order 2. Noise is independent of the field and Gaussian, so the logarithms of the generating
 *     functionals add, and only the second cumulant of the noise is not 0
 * @param forward of the ensemble's configurations with noise
 * @param forwardError its jackknife error
 * @param forwardPull forward minus expected, in jackknife errors of the difference; NaN at sigma =
 *     0
 * @param backward of the model's fields on their way from noise
 * @param backwardError its jackknife error
 */
public record CumulantRow(
    String of,
    int order,
    double sigma,
    double expected,
    double forward,
    double forwardError,
    double forwardPull,
    double backward,
    double backwardError) {
  /** Backward minus forward, in combined errors. */
  public double backwardPull() {
    return (backward - forward) / Math.hypot(forwardError, backwardError);
  }
}
