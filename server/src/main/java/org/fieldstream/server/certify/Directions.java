package org.fieldstream.server.certify;

import java.util.ArrayList;
import java.util.List;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.RealVector;

/**
 * The principal directions of several numbers that were measured together: combinations that are
 * uncorrelated within a configuration. Directions without spread are left out, for there the
 * numbers are one and the same.
 */
final class Directions {
  /**
   * Smallest variance kept, of numbers that have variance 1 each. A generator trained to get single
   * observables right errs in combinations of small variance, so this is as small as rounding lets
   * it be.
   */
  private static final double SMALLEST = 1e-7;

  private Directions() {}

  /**
   * The numbers along each direction, configuration by configuration.
   *
   * @param columns the numbers, {@code [number][configuration]}; not modified
   * @param n how many configurations
   */
  static List<double[]> of(List<double[]> columns, int n) {
    int k = columns.size();
    List<double[]> directions = new ArrayList<>();
    if (k == 0 || n < 2) {
      return directions;
    }
    double[] means = new double[k];
    double[] deviations = new double[k];
    double[][] r = new double[k][k];
    for (int a = 0; a < k; a++) {
      double[] x = columns.get(a);
      for (int i = 0; i < n; i++) {
        means[a] += x[i] / n;
      }
      for (int b = 0; b <= a; b++) {
        double[] y = columns.get(b);
        double sum = 0;
        for (int i = 0; i < n; i++) {
          sum += (x[i] - means[a]) * (y[i] - means[b]);
        }
        r[a][b] = sum / n;
        r[b][a] = sum / n;
      }
      deviations[a] = Math.sqrt(r[a][a]);
    }
    for (int a = 0; a < k; a++) {
      for (int b = 0; b < k; b++) {
        double scale = deviations[a] * deviations[b];
        r[a][b] = scale == 0 ? 0 : r[a][b] / scale;
      }
    }
    EigenDecompositionSymmetric eigen =
        new EigenDecompositionSymmetric(new Array2DRowRealMatrix(r, false));
    for (int d = 0; d < k; d++) {
      if (eigen.getEigenvalue(d) >= SMALLEST) {
        directions.add(along(eigen.getEigenvector(d), columns, deviations, n));
      }
    }
    return directions;
  }

  private static double[] along(
      RealVector vector, List<double[]> columns, double[] deviations, int n) {
    double[] sum = new double[n];
    for (int a = 0; a < deviations.length; a++) {
      if (deviations[a] > 0) {
        double factor = vector.getEntry(a) / deviations[a];
        double[] column = columns.get(a);
        for (int i = 0; i < n; i++) {
          sum[i] += factor * column[i];
        }
      }
    }
    return sum;
  }
}
