package org.fieldstream.kernels.program;

import java.util.Arrays;
import java.util.List;
import org.fieldstream.kernels.lattice.Lattice;

/** Ops over whole axes: sums of all elements or of segments, their repetition, matrices. */
abstract class SumOps extends NeighbourOps {
  /** Sum over sites, compensated: {@code [C][S]} to {@code [C][1]}. */
  public Value siteSum(Value a) {
    return add(OpCode.SITE_SUM, new Shape(a.shape().channels(), 1), List.of(a), new int[0]);
  }

  /** Repeats {@code [1 or C][1]} to {@code [C][S]}. */
  public Value broadcast(Value a, int channels, int sites) {
    if (a.shape().sites() != 1 || (a.shape().channels() != 1 && a.shape().channels() != channels)) {
      throw new IllegalArgumentException(
          "shape: " + a.shape() + " (expected: [1 or " + channels + "][1])");
    }
    return add(OpCode.BROADCAST, new Shape(channels, sites), List.of(a), new int[0]);
  }

  /** Sum over all elements as (high, low), for sums that decide: add the two in double. */
  public Value total(Value a) {
    return add(OpCode.TOTAL, new Shape(2, 1), List.of(a), new int[0]);
  }

  /** Sum of products over all elements as (high, low). */
  public Value dot(Value a, Value b) {
    same(a, b);
    return add(OpCode.DOT, new Shape(2, 1), List.of(a, b), new int[0]);
  }

  /** {@code out[j] = sum of a[e] over e with slot[e] = j}, j below length. */
  public Value segmentSum(Value a, int[] slot, int length) {
    slots(a, new Parameter("segments", 0, length), slot);
    return add(OpCode.SEGMENT_SUM, new Shape(length, 1), List.of(a), slot);
  }

  /** {@code out[j] = sum of a[e] b[e] over e with slot[e] = j}, j below length. */
  public Value segmentDot(Value a, Value b, int[] slot, int length) {
    same(a, b);
    slots(a, new Parameter("segments", 0, length), slot);
    return add(OpCode.SEGMENT_DOT, new Shape(length, 1), List.of(a, b), slot);
  }

  /**
   * Applies a constant matrix along an axis: {@code out[.., i, ..] = sum_j matrix[i][j] a[.., j,
   * ..]}.
   *
   * @param matrix extent x extent, row by row
   */
  public Value alongAxis(Value a, Lattice lattice, int axis, float[] matrix) {
    onLattice(a, lattice);
    if (axis < 0 || axis >= lattice.dimensions()) {
      throw new IllegalArgumentException(
          "axis: " + axis + " (expected: 0 to " + (lattice.dimensions() - 1) + ")");
    }
    int n = lattice.extent(axis);
    if (matrix.length != n * n) {
      throw new IllegalArgumentException(
          "matrix: " + matrix.length + " entries (expected: " + n + " x " + n + ")");
    }
    return axis(a, n, lattice.stride(axis), constants.block(matrix).offset());
  }

  private Value axis(Value a, int n, int stride, int matrix) {
    return add(OpCode.AXIS, a.shape(), List.of(a), new int[0], matrix, n, stride);
  }

  Value axisTransposed(Value a, int n, int stride, int matrixOffset) {
    float[] matrix = constants.block(matrixOffset, n * n);
    float[] transposed = new float[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        transposed[i * n + j] = matrix[j * n + i];
      }
    }
    return Arrays.equals(matrix, transposed)
        ? axis(a, n, stride, matrixOffset)
        : axis(a, n, stride, constants.block(transposed).offset());
  }
}
