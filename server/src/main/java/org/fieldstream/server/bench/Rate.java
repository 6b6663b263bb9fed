package org.fieldstream.server.bench;

import java.util.List;

/**
 * A rate measured several times.
 *
 * @param perCpuSecond the median
 * @param least the smallest
 * @param most the largest
 */
public record Rate(double perCpuSecond, double least, double most) {
  /** The median of rounds, at least one. */
  static Rate of(List<Double> rounds) {
    double[] sorted = rounds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int n = sorted.length;
    if (n == 0) {
      throw new IllegalArgumentException("rounds: 0 (expected: >= 1)");
    }
    double median = 0.5 * (sorted[(n - 1) / 2] + sorted[n / 2]);
    return new Rate(median, sorted[0], sorted[n - 1]);
  }

  /** Half the range of the rounds over the median. */
  public double spread() {
    return (most - least) / (2 * perCpuSecond);
  }
}
