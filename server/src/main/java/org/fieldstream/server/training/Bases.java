package org.fieldstream.server.training;

/** Orthogonal iteration towards the eigenvectors of a symmetric matrix. */
final class Bases {
  /** Less than this of a vector left after projection means that the matrix has lost rank. */
  private static final double LOST = 1e-14;

  private Bases() {}

  /**
   * One iteration: the columns of {@code matrix * basis}, made orthonormal in order. Where the
   * matrix has lost rank the basis stays as it is.
   *
   * @param matrix n x n, symmetric
   * @param basis n x n, orthonormal columns; modified
   */
  static void turn(double[] matrix, double[] basis, int n) {
    double[] rows = new double[n * n]; // row j: column j of the product
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < n; k++) {
        double m = matrix[i * n + k];
        for (int j = 0; j < n; j++) {
          rows[j * n + i] += m * basis[k * n + j];
        }
      }
    }
    if (orthonormal(rows, n)) {
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          basis[i * n + j] = rows[j * n + i];
        }
      }
    }
  }

  /** Gram and Schmidt over the rows, twice each, so that they stay orthogonal to rounding. */
  private static boolean orthonormal(double[] rows, int n) {
    for (int j = 0; j < n; j++) {
      double before = Math.sqrt(dot(rows, j, j, n));
      for (int pass = 0; pass < 2; pass++) {
        for (int k = 0; k < j; k++) {
          double along = dot(rows, j, k, n);
          for (int i = 0; i < n; i++) {
            rows[j * n + i] -= along * rows[k * n + i];
          }
        }
        double norm = Math.sqrt(dot(rows, j, j, n));
        if (!(norm > LOST * before)) { // also where it is NaN
          return false;
        }
        for (int i = 0; i < n; i++) {
          rows[j * n + i] /= norm;
        }
      }
    }
    return true;
  }

  private static double dot(double[] rows, int j, int k, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += rows[j * n + i] * rows[k * n + i];
    }
    return sum;
  }
}
