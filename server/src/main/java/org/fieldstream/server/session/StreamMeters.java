package org.fieldstream.server.session;

/** Opens a meter for each stream. Called on the device's thread: must be quick. */
@FunctionalInterface
public interface StreamMeters {
  /**
   * A stream begins.
   *
   * @param plan the stream
   * @param chains how many chains it interleaves: configuration i belongs to chain {@code i %
   *     chains}; 1 for independent draws
   */
  StreamMeter open(StreamPlan plan, int chains);
}
