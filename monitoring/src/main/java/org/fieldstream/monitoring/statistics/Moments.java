package org.fieldstream.monitoring.statistics;

/**
 * Count, mean and squared deviations of a set of values; two sets merge without loss of digits: T.
 * F. Chan, G. H. Golub, R. J. LeVeque, Amer. Statist. 37 (1983) 242, eq. 2.1.
 *
 * @param count number of values
 * @param mean their mean
 * @param squares sum of (value - mean)^2
 */
record Moments(long count, double mean, double squares) {
  static final Moments NONE = new Moments(0, 0, 0);

  /** Of {@code length} values from {@code start} on. */
  static Moments of(double[] values, int start, int length) {
    Moments all = NONE;
    for (int i = start; i < start + length; i++) {
      all = all.and(values[i]);
    }
    return all;
  }

  Moments and(double value) {
    double delta = value - mean;
    double next = mean + delta / (count + 1);
    return new Moments(count + 1, next, squares + delta * (value - next));
  }

  Moments and(Moments other) {
    long n = count + other.count;
    if (n == 0) {
      return NONE;
    }
    double delta = other.mean - mean;
    return new Moments(
        n,
        mean + delta * other.count / n,
        squares + other.squares + delta * delta * count * other.count / n);
  }
}
