package org.fieldstream.server.generator.flow;

import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.program.Fourier;

/**
 * The inverse of the Hartley transform as programs have it, with a matrix rounded to float, which
 * is its own inverse to seven digits only. Not thread-safe.
 */
final class InverseHartley {
  private final Lattice lattice;
  private final double[][] matrices;

  InverseHartley(Lattice lattice) {
    this.lattice = lattice;
    matrices = new double[lattice.dimensions()][];
    for (int axis = 0; axis < matrices.length; axis++) {
      boolean known = axis > 0 && lattice.extent(axis) == lattice.extent(axis - 1);
      matrices[axis] = known ? matrices[axis - 1] : inverse(lattice.extent(axis));
    }
  }

  /** X (2 - H X) from X = H: Newton's step squares the error, 1e-8 to 1e-16 (G. Schulz, 1933). */
  private static double[] inverse(int n) {
    float[] rounded = Fourier.hartleyMatrix(n);
    double[] h = new double[n * n];
    for (int i = 0; i < h.length; i++) {
      h[i] = rounded[i];
    }
    double[] rest = product(h, h, n);
    for (int i = 0; i < rest.length; i++) {
      rest[i] = (i % (n + 1) == 0 ? 2 : 0) - rest[i];
    }
    return product(h, rest, n);
  }

  private static double[] product(double[] a, double[] b, int n) {
    double[] c = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < n; k++) {
        for (int j = 0; j < n; j++) {
          c[i * n + j] += a[i * n + k] * b[k * n + j];
        }
      }
    }
    return c;
  }

  /** Transforms {@code [V]} to a new array; the argument is not modified. */
  double[] apply(double[] a) {
    double[] out = a;
    for (int axis = 0; axis < matrices.length; axis++) {
      double[] matrix = matrices[axis];
      int n = lattice.extent(axis);
      int stride = lattice.stride(axis);
      double[] next = new double[out.length];
      for (int e = 0; e < out.length; e++) {
        int i = e / stride % n;
        int base = e - i * stride;
        double sum = 0;
        for (int j = 0; j < n; j++) {
          sum += matrix[i * n + j] * out[base + j * stride];
        }
        next[e] = sum;
      }
      out = next;
    }
    return out;
  }
}
