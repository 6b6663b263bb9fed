package org.fieldstream.server.training;

import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.CholeskyDecomposition;

/**
 * Least squares for weights that are sums of given functions of the level: sums of products of
 * features, level by level, then one linear system for all. Not thread-safe, but levels may be
 * added to by different threads.
 */
final class NormalEquations {
  private final int levels;
  private final int features;

  /** {@code [level][features + 1][features + 1]}, lower triangles, the target last. */
  private final double[] sums;

  NormalEquations(int levels, int features) {
    this.levels = levels;
    this.features = features;
    sums = new double[levels * (features + 1) * (features + 1)];
  }

  /** All sums; kept by checkpoints. */
  double[] sums() {
    return sums;
  }

  /**
   * Adds a configuration.
   *
   * @param x {@code [features][size]} from {@code offset} on; not modified
   * @param y {@code [size]} from {@code at} on; not modified
   */
  void add(int level, float[] x, int offset, float[] y, int at, int size) {
    int n = features + 1;
    int base = level * n * n;
    for (int i = 0; i < features; i++) {
      for (int j = 0; j <= i; j++) {
        sums[base + i * n + j] += dot(x, offset + i * size, x, offset + j * size, size);
      }
      sums[base + features * n + i] += dot(x, offset + i * size, y, at, size);
    }
    sums[base + features * n + features] += dot(y, at, y, at, size);
  }

  /** Four sums side by side, so that additions need not wait for each other. */
  private static double dot(float[] a, int i, float[] b, int j, int size) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int k = 0;
    for (; k + 3 < size; k += 4) {
      s0 += a[i + k] * b[j + k];
      s1 += a[i + k + 1] * b[j + k + 1];
      s2 += a[i + k + 2] * b[j + k + 2];
      s3 += a[i + k + 3] * b[j + k + 3];
    }
    for (; k < size; k++) {
      s0 += a[i + k] * b[j + k];
    }
    return s0 + s1 + s2 + s3;
  }

  /** Sum of squares of the target at a level. */
  double square(int level) {
    int n = features + 1;
    return sums[level * n * n + n * n - 1];
  }

  /** Sum of squares of what given weights leave of the target at a level. */
  double rest(int level, double[] weights) {
    int n = features + 1;
    double rest = square(level);
    for (int i = 0; i < features; i++) {
      rest -= 2 * weights[i] * sums[level * n * n + features * n + i];
      for (int j = 0; j < features; j++) {
        rest += weights[i] * weights[j] * product(level, i, j);
      }
    }
    return rest;
  }

  private double product(int level, int i, int j) {
    int n = features + 1;
    return sums[level * n * n + Math.max(i, j) * n + Math.min(i, j)];
  }

  /**
   * The weights {@code [mode][feature]} that minimise {@code sum_level importance ||target -
   * sum_f,d mode_d w_df feature_f||^2 + ridge}, the ridge in units of each weight's own diagonal.
   *
   * @param modes {@code [level][mode]}
   * @param importance of each level
   */
  double[] solve(double[][] modes, double[] importance, double ridge) {
    int m = modes[0].length;
    int size = m * features;
    double[][] matrix = new double[size][size];
    double[] right = new double[size];
    int n = features + 1;
    for (int level = 0; level < levels; level++) {
      for (int d = 0; d < m; d++) {
        for (int i = 0; i < features; i++) {
          double left = importance[level] * modes[level][d];
          right[d * features + i] += left * sums[level * n * n + features * n + i];
          for (int e = 0; e < m; e++) {
            double both = left * modes[level][e];
            for (int j = 0; j < features; j++) {
              matrix[d * features + i][e * features + j] += both * product(level, i, j);
            }
          }
        }
      }
    }
    double[] unit = new double[size];
    for (int i = 0; i < size; i++) {
      unit[i] = matrix[i][i] > 0 ? 1 / Math.sqrt(matrix[i][i]) : 0; // a feature that is always 0
    }
    for (int i = 0; i < size; i++) {
      right[i] *= unit[i];
      for (int j = 0; j < size; j++) {
        matrix[i][j] =
            (i == j ? ridge : 0)
                + (i == j && unit[i] == 0 ? 1 : 0)
                + matrix[i][j] * unit[i] * unit[j];
      }
    }
    double[] solution =
        new CholeskyDecomposition(new Array2DRowRealMatrix(matrix, false), 1e-9, 0)
            .getSolver()
            .solve(new ArrayRealVector(right, false))
            .toArray();
    for (int i = 0; i < size; i++) {
      solution[i] *= unit[i];
    }
    return solution;
  }
}
