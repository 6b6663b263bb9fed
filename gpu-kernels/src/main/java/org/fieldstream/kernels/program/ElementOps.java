package org.fieldstream.kernels.program;

import java.util.Arrays;
import java.util.List;

/** Ops that work element by element: random numbers, arithmetic, functions, parameters. */
abstract class ElementOps extends ProgramParts {
  /**
   * Standard normals, a function of (seed, index, draw, element) only; draw separates uses within
   * one program.
   */
  public Value normal(int draw, int channels, int sites) {
    return add(OpCode.NORMAL, new Shape(channels, sites), List.of(), new int[0], draw);
  }

  /** Uniforms in (0, 1), counted as {@link #normal} is. */
  public Value uniform(int draw, int channels, int sites) {
    return add(OpCode.UNIFORM, new Shape(channels, sites), List.of(), new int[0], draw);
  }

  /** a + b; b may have one channel or one site where a has more. */
  public Value add(Value a, Value b) {
    return binary(OpCode.ADD, a, b);
  }

  /** a - b, b repeated as in {@link #add}. */
  public Value sub(Value a, Value b) {
    return binary(OpCode.SUB, a, b);
  }

  /** a * b, b repeated as in {@link #add}. */
  public Value mul(Value a, Value b) {
    return binary(OpCode.MUL, a, b);
  }

  /** a / b, b repeated as in {@link #add}. */
  public Value div(Value a, Value b) {
    return binary(OpCode.DIV, a, b);
  }

  /** alpha a + beta b with constants. */
  public Value linear(double alpha, Value a, double beta, Value b) {
    return linear(scalar(alpha), a, scalar(beta), b);
  }

  /** alpha a + beta b with parameters of length 1. */
  public Value linear(Parameter alpha, Value a, Parameter beta, Value b) {
    same(a, b);
    single(alpha);
    single(beta);
    return add(OpCode.LINCOMB, a.shape(), List.of(a, b), new int[0], alpha.offset(), beta.offset());
  }

  /** alpha a + beta with constants. */
  public Value affine(double alpha, Value a, double beta) {
    return add(
        OpCode.AFFINE,
        a.shape(),
        List.of(a),
        new int[0],
        scalar(alpha).offset(),
        scalar(beta).offset());
  }

  /** alpha a with a constant. */
  public Value scale(double alpha, Value a) {
    return affine(alpha, a, 0);
  }

  /** sin(a). */
  public Value sin(Value a) {
    return unary(OpCode.SIN, a);
  }

  /** cos(a). */
  public Value cos(Value a) {
    return unary(OpCode.COS, a);
  }

  /** exp(a). */
  public Value exp(Value a) {
    return unary(OpCode.EXP, a);
  }

  /** log(a). */
  public Value log(Value a) {
    return unary(OpCode.LOG, a);
  }

  /** tanh(a). */
  public Value tanh(Value a) {
    return unary(OpCode.TANH, a);
  }

  /**
   * The leaky rectifier: a where it is positive, slope a elsewhere.
   *
   * @param slope positive
   */
  public Value leaky(double slope, Value a) {
    if (!(slope > 0) || !Double.isFinite(slope)) {
      throw new IllegalArgumentException("slope: " + slope + " (expected: finite and > 0)");
    }
    return leaky(scalar(slope).offset(), a, a);
  }

  /**
   * a where the gate is positive, 0 elsewhere: a decision, element by element.
   *
   * @param a finite
   * @param gate of the shape of a; no gradient goes through it
   */
  public Value where(Value gate, Value a) {
    same(a, gate);
    return leaky(scalar(0).offset(), a, gate);
  }

  Value leaky(int slope, Value a, Value gate) {
    return add(OpCode.LEAKY, a.shape(), List.of(a, gate), new int[0], slope);
  }

  /** A constant everywhere. */
  public Value fill(double constant, int channels, int sites) {
    return add(
        OpCode.FILL, new Shape(channels, sites), List.of(), new int[0], scalar(constant).offset());
  }

  /**
   * {@code out[e] = a[e] * p[slot[e]]}.
   *
   * @param slot position within the parameter for each element; kept, not copied
   */
  public Value times(Value a, Parameter p, int[] slot) {
    known(p);
    slots(a, p, slot);
    return add(OpCode.PARAM_MUL, a.shape(), List.of(a), slot, p.offset());
  }

  /** {@code out[e] = a[e] * constant[e]}: masks, fixed spectra. */
  public Value times(Value a, float[] constant) {
    return times(a, constants.block(constant), identity(a));
  }

  /** {@code out[e] = a[e] + p[slot[e]]}. */
  public Value plus(Value a, Parameter p, int[] slot) {
    known(p);
    slots(a, p, slot);
    return add(OpCode.PARAM_ADD, a.shape(), List.of(a), slot, p.offset());
  }

  private Value unary(OpCode code, Value a) {
    return add(code, a.shape(), List.of(a), new int[0]);
  }

  private Value binary(OpCode code, Value a, Value b) {
    Shape x = a.shape();
    Shape y = b.shape();
    if ((y.channels() != x.channels() && y.channels() != 1)
        || (y.sites() != x.sites() && y.sites() != 1)) {
      throw new IllegalArgumentException(
          code + ": " + y + " does not fit " + x + " (expected: equal channels and sites, or 1)");
    }
    return add(code, x, List.of(a, b), new int[0]);
  }

  private static int[] identity(Value a) {
    int[] slot = new int[a.shape().size()];
    Arrays.setAll(slot, e -> e);
    return slot;
  }

  static void slots(Value a, Parameter p, int[] slot) {
    if (slot.length != a.shape().size()) {
      throw new IllegalArgumentException(
          "slot: " + slot.length + " entries (expected: " + a.shape().size() + ")");
    }
    for (int s : slot) {
      if (s < 0 || s >= p.length()) {
        throw new IllegalArgumentException(
            "slot: entry " + s + " (expected: 0 to " + (p.length() - 1) + ")");
      }
    }
  }
}
