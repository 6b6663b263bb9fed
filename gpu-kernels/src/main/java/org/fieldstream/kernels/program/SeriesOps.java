package org.fieldstream.kernels.program;

import java.util.List;

/** Sine series of a field, of one site or of several together, and their adjoints. */
abstract class SeriesOps extends SumOps {
  /**
   * Sine series of a one-channel field; see {@link OpCode#SINES}.
   *
   * @param sines number of frequencies F
   * @param rows number of rows K
   * @param slope whether a last channel holds the derivative of row 0 by the field
   * @param p parameter of length F + K (F + 1): frequencies, then each row's weights, the linear
   *     one first
   */
  public Value sines(Value a, int sines, int rows, boolean slope, Parameter p) {
    known(p);
    if (a.shape().channels() != 1) {
      throw new IllegalArgumentException("channels: " + a.shape().channels() + " (expected: 1)");
    }
    if (sines < 1 || rows < 1 || p.length() != sines + rows * (sines + 1)) {
      throw new IllegalArgumentException(
          "parameter "
              + p.name()
              + ": "
              + p.length()
              + " values (expected: F + K (F + 1) with F = "
              + sines
              + " >= 1, K = "
              + rows
              + " >= 1)");
    }
    return add(
        OpCode.SINES,
        new Shape(rows + (slope ? 1 : 0), a.shape().sites()),
        List.of(a),
        new int[0],
        p.offset(),
        sines,
        rows,
        slope ? 1 : 0);
  }

  /**
   * The transposed derivative of {@link #sines} by the field, applied to g: {@code out = sum_k g[k]
   * dF_k/da}, and with slope {@code + g[K] d^2F_0/da^2}.
   *
   * @param g one channel for each row, and one for the slope if wanted
   */
  public Value sinesPullback(Value a, Value g, int sines, int rows, boolean slope, Parameter p) {
    known(p);
    Shape expected = new Shape(rows + (slope ? 1 : 0), a.shape().sites());
    if (!g.shape().equals(expected) || p.length() != sines + rows * (sines + 1)) {
      throw new IllegalArgumentException(
          "g: "
              + g.shape()
              + " with "
              + p.length()
              + " parameters (expected: "
              + expected
              + " with F + K (F + 1))");
    }
    return sinesBack(a, g, new int[] {p.offset(), sines, rows, slope ? 1 : 0}).get(0);
  }

  List<Value> sinesBack(Value a, Value g, int[] integers) {
    int f = integers[1];
    int k = integers[2];
    Value da = value(a.shape());
    Value dp = value(new Shape(f + k * (f + 1), 1));
    List<Value> outs = List.of(da, dp);
    ops.add(new Op(OpCode.SINES_BACK, outs, List.of(known(a), known(g)), new int[0], integers));
    return outs;
  }

  /**
   * Plane sines of a field of C channels and their derivative by channel 0; see {@link
   * OpCode#PLANE_SINES}.
   *
   * @param sines number of sines F, at least 1
   * @param p parameter of length F C + F: wave vectors, then weights
   * @return two channels: the series, and its derivative by channel 0
   */
  public Value planeSines(Value a, int sines, Parameter p) {
    known(p);
    int channels = a.shape().channels();
    if (sines < 1 || p.length() != sines * (channels + 1)) {
      throw new IllegalArgumentException(
          "parameter "
              + p.name()
              + ": "
              + p.length()
              + " values (expected: F (C + 1) with F = "
              + sines
              + " >= 1, C = "
              + channels
              + ")");
    }
    return add(
        OpCode.PLANE_SINES,
        new Shape(2, a.shape().sites()),
        List.of(a),
        new int[0],
        p.offset(),
        sines);
  }

  /**
   * The transposed derivative of {@link #planeSines} by the field, applied to g.
   *
   * @param g two channels, for the series and for its derivative
   * @return of a's shape
   */
  public Value planeSinesPullback(Value a, Value g, int sines, Parameter p) {
    known(p);
    Shape expected = new Shape(2, a.shape().sites());
    int length = sines * (a.shape().channels() + 1);
    if (!g.shape().equals(expected) || p.length() != length) {
      throw new IllegalArgumentException(
          "g: "
              + g.shape()
              + " with "
              + p.length()
              + " parameters (expected: "
              + expected
              + " with "
              + length
              + ")");
    }
    return planeSinesBack(a, g, new int[] {p.offset(), sines}).get(0);
  }

  List<Value> planeSinesBack(Value a, Value g, int[] integers) {
    Value da = value(a.shape());
    Value dp = value(new Shape(integers[1] * (a.shape().channels() + 1), 1));
    List<Value> outs = List.of(da, dp);
    ops.add(
        new Op(OpCode.PLANE_SINES_BACK, outs, List.of(known(a), known(g)), new int[0], integers));
    return outs;
  }
}
