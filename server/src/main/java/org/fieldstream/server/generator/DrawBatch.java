package org.fieldstream.server.generator;

/**
 * A batch of configurations. The arrays belong to the receiver.
 *
 * @param count number of configurations, {@code n}
 * @param fields {@code [n][components][L0][L1]...}, C order, length at least {@code n * size}
 * @param action S of each configuration, dimensionless, length at least n
 * @param logDensity normalised log q of each configuration (nats) for independent draws, NaN where
 *     a model has none to give; for Markov chains, which have no density, equal to {@code -action}
 * @param levels the same configurations on their way out of noise, {@code
 *     [level][n][components][L0]...}, the last level being {@code fields}; empty but for sources of
 *     {@link Model.Draws#openDenoising}, and of these only the wanted ones are sure to have values
 */
public record DrawBatch(
    int count, float[] fields, double[] action, double[] logDensity, float[][] levels) {
  /** A batch of configurations alone. */
  public DrawBatch(int count, float[] fields, double[] action, double[] logDensity) {
    this(count, fields, action, logDensity, new float[0][]);
  }
}
