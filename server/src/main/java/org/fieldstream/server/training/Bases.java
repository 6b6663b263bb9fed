package org.fieldstream.server.training;

/**
 * Orthogonal iteration towards the eigenvectors of a symmetric matrix (G. Golub and C. Van Loan,
 * Matrix Computations, 4th edition, section 8.2.4).
 */
final class Bases {
  /**
   * What is added to the diagonal, of the mean eigenvalue: no eigenvector changes, and a matrix
   * that few gradients have built still has full rank.
   */
  private static final double RIDGE = 1e-10;

  private Bases() {}

  /**
   * One iteration: the columns of {@code matrix * basis}, made orthonormal in order.
   *
   * @param matrix n x n, symmetric, no eigenvalue below 0
   * @param basis n x n, orthonormal columns; modified
   * @return whether the basis was turned; a matrix that is 0 or not finite leaves it as it is
   */
  static boolean turn(double[] matrix, double[] basis, int n) {
    double trace = 0;
    for (int i = 0; i < n; i++) {
      trace += matrix[i * n + i];
    }
    if (!(trace > 0) || !Double.isFinite(trace)) {
      return false;
    }
    double ridge = RIDGE * trace / n;
    double[] rows = new double[n * n]; // row j: column j of the product
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < n; k++) {
        double m = matrix[i * n + k] + (i == k ? ridge : 0);
        for (int j = 0; j < n; j++) {
          rows[j * n + i] += m * basis[k * n + j];
        }
      }
    }
    if (!orthonormal(rows, n)) {
      return false;
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        basis[i * n + j] = rows[j * n + i];
      }
    }
    return true;
  }

  /** Gram and Schmidt over the rows, twice each: enough to stay orthogonal to rounding. */
  private static boolean orthonormal(double[] rows, int n) {
    for (int j = 0; j < n; j++) {
      for (int pass = 0; pass < 2; pass++) {
        for (int k = 0; k < j; k++) {
          double along = dot(rows, j, k, n);
          for (int i = 0; i < n; i++) {
            rows[j * n + i] -= along * rows[k * n + i];
          }
        }
        double norm = Math.sqrt(dot(rows, j, j, n));
        if (!(norm > 0) || !Double.isFinite(norm)) {
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
