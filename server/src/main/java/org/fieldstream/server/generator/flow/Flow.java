package org.fieldstream.server.generator.flow;

import java.util.List;
import java.util.stream.IntStream;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.jspecify.annotations.Nullable;

/**
 * A normalising flow on a lattice: {@code phi = f(z)}, z drawn from a {@link Base}, with trainable
 * parameters theta. Its density is
 *
 * <pre>log q(phi) = log q_base(z) + logScale(theta) - sum of the program's Jacobian sums.</pre>
 */
public interface Flow {
  /** The lattice. */
  Lattice lattice();

  /** What z is drawn from: standard normals, unless a flow says otherwise. */
  default Base base() {
    return new NormalBase(lattice().sites());
  }

  /** The trainable tensors, in the order in which theta holds them. */
  List<Tensor> tensors();

  /**
   * Positions of theta in blocks of values that work together, every position in one block; for an
   * optimiser. Unless a flow says otherwise each value stands alone.
   */
  default List<int[]> blocks() {
    int size = tensors().stream().mapToInt(Tensor::size).sum();
    return IntStream.range(0, size).mapToObj(i -> new int[] {i}).toList();
  }

  /** Starting values. */
  double[] initial(long seed);

  /**
   * Adds {@code phi = f(z)} to a program.
   *
   * @param z a draw of the base, {@code [1][V]}
   * @param score whether the score is wanted too; a flow may not offer it
   */
  Mapped map(ProgramBuilder b, Value z, boolean score);

  /**
   * What a map adds to a program.
   *
   * @param phi the field, {@code [1][V]}
   * @param logJacobians compensated sums whose total is log |det dphi/dz| + logScale
   * @param parameters how the map's program parameters come from theta
   * @param score d log q / d phi, {@code [1][V]}, carried along with the field; null where not
   *     wanted
   */
  record Mapped(
      Value phi, List<Value> logJacobians, ParameterMap parameters, @Nullable Value score) {}

  /**
   * The part of log q that depends on theta only: minus the log determinants of all spectral steps.
   */
  double logScale(double[] theta);

  /** Adds the gradient of {@link #logScale} by theta. */
  void addLogScaleGradient(double[] gradient);

  /** Whether the map is one to one for every field. */
  boolean invertible(double[] theta);

  /** Moves theta back to where {@link #invertible} holds; true if it moved. */
  boolean project(double[] theta);

  /** Finds the draws of the base that a flow maps to given fields. Not thread-safe. */
  interface Inverse {
    /**
     * z with f(z) = phi, in double.
     *
     * @param phi {@code [V]}, finite; not modified
     * @return z; values that are not numbers where it was not found
     */
    double[] normals(double[] phi);
  }

  /** The map's inverse; null where the flow has none to offer. */
  default @Nullable Inverse inverse(double[] theta) {
    return null;
  }

  /**
   * A named block of theta.
   *
   * @param name name in the model file
   * @param shape extents, slowest first
   * @param offset first position in theta
   */
  record Tensor(String name, List<Integer> shape, int offset) {
    /** Number of values. */
    public int size() {
      return shape.stream().reduce(1, Math::multiplyExact);
    }
  }
}
