package org.fieldstream.server.measurement;

/**
 * One quantity measured on one configuration, as a client sent it: not checked yet.
 *
 * @param series name of the series
 * @param replica the chain of the configuration, 0 to 2^32 - 1
 * @param configuration the configuration's Monte Carlo time in its replica, unsigned
 * @param values the value, a real vector; not modified
 * @param weighted whether there is a log weight
 * @param logWeight log weight of the configuration; 0 where there is none
 */
public record Measurement(
    String series,
    long replica,
    long configuration,
    double[] values,
    boolean weighted,
    double logWeight) {}
