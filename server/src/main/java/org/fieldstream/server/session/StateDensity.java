package org.fieldstream.server.session;

/**
 * What is known of one state.
 *
 * @param action S, dimensionless
 * @param logDensity log q, nats
 */
public record StateDensity(double action, double logDensity) {
  /** The log weight -S - log q, nats. */
  double logWeight() {
    return -action - logDensity;
  }
}
