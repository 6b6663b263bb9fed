package org.fieldstream.server.measurement;

/**
 * What measurements may take.
 *
 * @param maxSeries series at most
 * @param queueBytes bytes of requests that may wait to be stored, over all clients
 * @param estimatorBytes memory of the running estimates, in bytes
 * @param storeBytes size of the database file, in bytes
 */
public record MeasurementLimits(
    int maxSeries, long queueBytes, long estimatorBytes, long storeBytes) {
  /** Numbers in one measurement, at most. */
  public static final int MAX_COMPONENTS = 4096;

  /** Measurements in one request, at most. */
  public static final int MAX_MEASUREMENTS = 10_000;
}
