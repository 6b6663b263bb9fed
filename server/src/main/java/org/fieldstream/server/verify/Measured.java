package org.fieldstream.server.verify;

/**
 * A number with its error.
 *
 * @param value the number
 * @param error one standard deviation, autocorrelations included; 0 if exact
 */
public record Measured(double value, double error) {}
