package org.fieldstream.kernels.program;

import java.util.function.DoubleUnaryOperator;
import org.fieldstream.kernels.lattice.Lattice;

/**
 * Discrete Fourier transforms over all axes of a lattice, channel by channel, composed of {@link
 * ProgramBuilder#alongAxis} ops: cost V (L0 + L1 + ...) multiplications, no restriction on extents.
 */
public final class Fourier {
  private Fourier() {}

  /**
   * The orthonormal Hartley transform, axis by axis: {@code out[k] = V^(-1/2) sum_x a[x] prod_mu
   * cas(2 pi k_mu x_mu / L_mu)} with cas = cos + sin (Bracewell, "Discrete Hartley transform",
   * 1983). It is real, symmetric and its own inverse, and it diagonalises every translation
   * invariant operator that is even in each axis: the operator's eigenvalue at k multiplies out[k].
   *
   * @param a {@code [channels][site]} on the lattice
   * @return {@code [channels][momentum]}, the momentum numbered as {@link Lattice#khat2} has it
   */
  public static Value hartley(ProgramBuilder b, Value a, Lattice lattice) {
    Value out = a;
    for (int axis = 0; axis < lattice.dimensions(); axis++) {
      out = b.alongAxis(out, lattice, axis, hartleyMatrix(lattice.extent(axis)));
    }
    return out;
  }

  /**
   * The matrix of {@link #hartley} along an axis of n sites, as programs have it: {@code cas(2 pi i
   * j / n) / sqrt(n)} row by row, rounded to float.
   */
  public static float[] hartleyMatrix(int n) {
    return matrix(n, x -> StrictMath.cos(x) + StrictMath.sin(x));
  }

  /**
   * The unitary Fourier transform {@code out[k] = V^(-1/2) sum_x a[x] exp(-i k x)}, k_mu = 2 pi
   * n_mu / L_mu.
   *
   * @param re real part, {@code [channels][site]} on the lattice
   * @param im imaginary part, of the same shape
   * @return real and imaginary part, {@code [channels][momentum]} each
   */
  public static Value[] dft(ProgramBuilder b, Value re, Value im, Lattice lattice) {
    Value x = re;
    Value y = im;
    for (int axis = 0; axis < lattice.dimensions(); axis++) {
      float[] cos = matrix(lattice.extent(axis), StrictMath::cos);
      float[] sin = matrix(lattice.extent(axis), StrictMath::sin);
      Value real = b.add(b.alongAxis(x, lattice, axis, cos), b.alongAxis(y, lattice, axis, sin));
      y = b.sub(b.alongAxis(y, lattice, axis, cos), b.alongAxis(x, lattice, axis, sin));
      x = real;
    }
    return new Value[] {x, y};
  }

  /** The matrix f(2 pi i j / n) / sqrt(n), row by row. */
  private static float[] matrix(int n, DoubleUnaryOperator f) {
    float[] matrix = new float[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double angle = 2 * Math.PI * ((long) i * j % n) / n;
        matrix[i * n + j] = (float) (f.applyAsDouble(angle) / Math.sqrt(n));
      }
    }
    return matrix;
  }
}
