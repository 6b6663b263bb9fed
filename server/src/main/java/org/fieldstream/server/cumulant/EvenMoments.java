package org.fieldstream.server.cumulant;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Second, fourth and sixth moments of every configuration of a sample, and the cumulants they make.
 * Odd moments vanish by Z2 and are left out.
 *
 * <pre>
 * k_2 = m_2,   k_4 = m_4 - 3 m_2^2,   k_6 = m_6 - 15 m_4 m_2 + 30 m_2^3
 * </pre>
 *
 * Of the field at a site (moments averaged over all sites), or of the zero mode {@code x = V^(-1/2)
 * sum phi}. Grows as configurations come; not thread-safe.
 */
final class EvenMoments {
  /** Of what. */
  enum Of {
    /** The field at a site. */
    SITE(0),
    /** V^(-1/2) times the sum over all sites. */
    ZERO_MODE(3);

    /** Where its moments begin. */
    private final int first;

    Of(int first) {
      this.first = first;
    }
  }

  /** Orders of the cumulants. */
  static final List<Integer> ORDERS = List.of(2, 4, 6);

  private final double[][] series;
  private int count;

  /**
   * Room for a sample.
   *
   * @param most configurations
   */
  EvenMoments(int most) {
    series = new double[2 * ORDERS.size()][most];
  }

  /** Adds a configuration of V values from an offset on. */
  void add(float[] fields, int offset, int sites) {
    double sum = 0;
    double m2 = 0;
    double m4 = 0;
    double m6 = 0;
    for (int x = offset; x < offset + sites; x++) {
      double phi = fields[x];
      double square = phi * phi;
      sum += phi;
      m2 += square;
      m4 += square * square;
      m6 += square * square * square;
    }
    double zero = sum * sum / sites;
    double[] values = {m2 / sites, m4 / sites, m6 / sites, zero, zero * zero, zero * zero * zero};
    for (int i = 0; i < values.length; i++) {
      series[i][count] = values[i];
    }
    count++;
  }

  /** {@code [moment][configuration]}. */
  double[][] series(Of of) {
    int n = ORDERS.size();
    double[][] some = Arrays.copyOfRange(series, of.first, of.first + n);
    for (int i = 0; i < n; i++) {
      some[i] = Arrays.copyOf(some[i], count);
    }
    return some;
  }

  /** A cumulant as a function of the moments from a position on. */
  static ToDoubleFunction<double[]> cumulant(int order, int at) {
    return switch (order) {
      case 2 -> m -> m[at];
      case 4 -> m -> m[at + 1] - 3 * m[at] * m[at];
      case 6 -> m -> m[at + 2] - 15 * m[at + 1] * m[at] + 30 * m[at] * m[at] * m[at];
      default -> throw new IllegalArgumentException("order: " + order + " (expected: 2, 4 or 6)");
    };
  }
}
