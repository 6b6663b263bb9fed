package org.fieldstream.server.generator;

/**
 * A batch of configurations. The arrays belong to the receiver.
 *
 * @param count number of configurations, {@code n}
 * @param fields {@code [n][components][L0][L1]...}, C order, length at least {@code n * size}
 * @param action S of each configuration, dimensionless, length at least n
 * @param logDensity normalised log q of each configuration (nats) for independent draws, NaN where
 *     a model has none to give; for Markov chains, which have no density, equal to {@code -action}
 */
public record DrawBatch(int count, float[] fields, double[] action, double[] logDensity) {}
