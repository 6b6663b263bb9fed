package org.fieldstream.server.generator;

/**
 * The normalised density q of a model's draws at given fields: what it takes to accept or reject a
 * draw against a state that is not one.
 *
 * <p>Not thread-safe: called on the device's one worker thread only, where it may take as long as a
 * device batch.
 */
public interface DensitySource extends AutoCloseable {
  /**
   * log q of a field, in nats.
   *
   * @param field {@code [components][L0][L1]...}, C order, finite; not modified
   * @return log q; NaN where it cannot be had to six digits, as for fields that no draw comes near
   */
  double logDensity(double[] field);

  @Override
  void close();
}
