package org.fieldstream.monitoring.statistics;

/** Distances in units of combined standard deviations. */
final class Sigmas {
  private Sigmas() {}

  static double between(double mean, double error, double value, double valueError) {
    double difference = mean - value;
    // 0 / 0 would be NaN, but two exact and equal numbers agree.
    return difference == 0 ? 0 : difference / Math.hypot(error, valueError);
  }
}
