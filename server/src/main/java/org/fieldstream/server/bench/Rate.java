package org.fieldstream.server.bench;

import java.util.List;

/**
 * A rate measured several times.
 *
 * @param median the median, per CPU-second
 * @param least the smallest
 * @param most the largest
 * @param rounds all, in the order of the rounds
 */
public record Rate(double median, double least, double most, List<Double> rounds) {
  /** The standard deviation of a median of normals over that of their mean, sqrt(pi / 2). */
  private static final double MEDIAN_OVER_MEAN = Math.sqrt(Math.PI / 2);

  public Rate {
    rounds = List.copyOf(rounds);
  }

  /** The median of rounds, at least one. */
  static Rate of(List<Double> rounds) {
    double[] sorted = rounds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int n = sorted.length;
    if (n == 0) {
      throw new IllegalArgumentException("rounds: 0 (expected: >= 1)");
    }
    double median = 0.5 * (sorted[(n - 1) / 2] + sorted[n / 2]);
    return new Rate(median, sorted[0], sorted[n - 1], rounds);
  }

  /** Standard deviation of the median over the median, from the scatter of the rounds. */
  public double relativeError() {
    int n = rounds.size();
    double mean = rounds.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    double squares = rounds.stream().mapToDouble(r -> (r - mean) * (r - mean)).sum();
    return n == 1 ? Double.NaN : MEDIAN_OVER_MEAN * Math.sqrt(squares / (n - 1) / n) / median;
  }

  /**
   * The ratio of two rates, round by round: what else the machine does in a round hits both.
   *
   * @param other measured in the same rounds
   */
  public Rate over(Rate other) {
    if (rounds.size() != other.rounds.size()) {
      throw new IllegalArgumentException(
          "rounds: " + other.rounds.size() + " (expected: " + rounds.size() + ")");
    }
    Double[] ratios = new Double[rounds.size()];
    java.util.Arrays.setAll(ratios, i -> rounds.get(i) / other.rounds.get(i));
    return of(List.of(ratios));
  }
}
