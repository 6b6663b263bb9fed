package org.fieldstream.server.verify;

/**
 * A measured number beside the one it should be.
 *
 * @param quantity name of the number
 * @param measured what the generator gives
 * @param reference what it should be
 */
public record Comparison(String quantity, Measured measured, Measured reference) {
  /** Distance in combined standard deviations; NaN where an error cannot be had. */
  public double pull() {
    double difference = measured.value() - reference.value();
    return difference == 0 ? 0 : difference / Math.hypot(measured.error(), reference.error());
  }

  /** The measured error in units of the reference's; infinite where that is exact. */
  public double errorRatio() {
    return measured.error() / reference.error();
  }
}
