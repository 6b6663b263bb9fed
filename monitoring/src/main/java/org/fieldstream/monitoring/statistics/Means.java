package org.fieldstream.monitoring.statistics;

/** Plain sums over series. */
final class Means {
  private Means() {}

  /** Mean over one series, exact for constant series; not modified. */
  static double of(double[] series) {
    double sum = 0;
    // About the first value, so that constant series give 0 deviations without rounding.
    double origin = series[0];
    for (double value : series) {
      sum += value - origin;
    }
    return origin + sum / series.length;
  }
}
