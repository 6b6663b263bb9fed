package org.fieldstream.server.measurement;

/**
 * A measurement that was left out.
 *
 * @param measurement what was sent
 * @param reason {@code field: value (expected: ...)}
 */
public record Refused(Measurement measurement, String reason) {}
