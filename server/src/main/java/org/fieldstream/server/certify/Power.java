package org.fieldstream.server.certify;

/**
 * What the test of one observable's stationarity would have seen.
 *
 * @param observable its name
 * @param mean its mean over the configurations certified
 * @param deviation its standard deviation from one configuration to the next
 * @param forgotten how much of a bias the kernel removes, 0 to 1: one minus the correlation of a
 *     configuration with itself after the steps
 * @param bias the bias of the mean that would have been refused with 90 % probability; the
 *     observable's unit
 */
public record Power(
    String observable, double mean, double deviation, double forgotten, double bias) {
  /** The bias relative to the mean. */
  public double relative() {
    return bias / Math.abs(mean);
  }

  /** The bias in standard deviations of one configuration. */
  public double inDeviations() {
    return bias / deviation;
  }
}
