package org.fieldstream.server.config;

/**
 * What recorded measurements may take.
 *
 * @param maxSeries series at most, at least 1
 * @param maxCalls Record and Watch calls open at a time, at least 1
 * @param queueBytes bytes of requests that may wait for the disk before clients are made to wait,
 *     at least 64 KiB
 * @param estimatorBytes memory of the running estimates, in bytes, about 28 KiB for each component
 *     of each chain of each series; 0 takes an eighth of the Java heap
 * @param storeBytes size of the database file, in bytes, at least 1 MiB
 */
public record MeasurementConfig(
    int maxSeries, int maxCalls, long queueBytes, long estimatorBytes, long storeBytes) {
  /** Unless configured. */
  public static final MeasurementConfig DEFAULTS =
      new MeasurementConfig(10_000, 256, 32 << 20, 0, 64L << 30);

  public MeasurementConfig {
    Check.range("measurement.maxSeries", maxSeries, 1, 1_000_000);
    Check.range("measurement.maxCalls", maxCalls, 1, 100_000);
    Check.range("measurement.queueBytes", queueBytes, 64 << 10, 1L << 40);
    Check.range("measurement.estimatorBytes", estimatorBytes, 0, 1L << 50);
    Check.range("measurement.storeBytes", storeBytes, 1 << 20, 1L << 44);
  }

  /** {@code estimatorBytes}, with 0 resolved. */
  public long effectiveEstimatorBytes() {
    return estimatorBytes > 0 ? estimatorBytes : Runtime.getRuntime().maxMemory() / 8;
  }
}
