package org.fieldstream.kernels.program;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.lattice.Stencil;

/**
 * Makes lattice programs. Each method adds an op and returns its value; shapes are checked here, so
 * a program that builds, runs. {@link #gradient} adds the adjoint program.
 *
 * <p>Not thread-safe; one builder makes one program.
 */
public final class ProgramBuilder {
  final List<Op> ops = new ArrayList<>();
  private final List<Program.Port> inputs = new ArrayList<>();
  private final List<Program.Port> outputs = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final List<Parameter> parameters = new ArrayList<>();
  private final Map<Float, Integer> scalars = new LinkedHashMap<>();
  private final List<float[]> constantBlocks = new ArrayList<>();
  private final List<Value> values = new ArrayList<>();
  private final List<Integer> checkpoints = new ArrayList<>();
  private int parameterCount;
  private int constantCount;

  /**
   * Constants live behind the parameters; until build() their offsets are negative, -1 the first.
   */
  private int constantAt(int position) {
    return -1 - position;
  }

  /** An input, given to each run as {@code [lane][channel][site]}. */
  public Value input(String name, int channels, int sites) {
    claim("input", name);
    Value value = value(new Shape(channels, sites));
    inputs.add(new Program.Port(name, value));
    return value;
  }

  /** A block of parameters, given to each run, shared by all lanes. */
  public Parameter parameter(String name, int length) {
    claim("parameter", name);
    if (length < 1) {
      throw new IllegalArgumentException("length: " + length + " (expected: >= 1)");
    }
    Parameter parameter = new Parameter(name, parameterCount, length);
    parameters.add(parameter);
    parameterCount += length;
    return parameter;
  }

  /** Declares an output. */
  public void output(String name, Value value) {
    claim("output", name);
    outputs.add(new Program.Port(name, known(value)));
  }

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

  /** A constant as something {@link #linear(Parameter, Value, Parameter, Value)} takes. */
  public Parameter scalar(double constant) {
    float c = (float) constant;
    int position = scalars.computeIfAbsent(c, x -> constants(new float[] {x}));
    return new Parameter("constant " + c, constantAt(position), 1);
  }

  private int constants(float[] block) {
    int position = constantCount;
    constantBlocks.add(block);
    constantCount += block.length;
    return position;
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

  /**
   * {@code out[e] = sum_k a[table[e * taps + k]]} over elements; -1 ends an element's sum early.
   *
   * @param table source elements of a; kept, not copied
   */
  public Value gather(Value a, int channels, int sites, int taps, int[] table) {
    Shape shape = new Shape(channels, sites);
    if (taps < 1) {
      throw new IllegalArgumentException("taps: " + taps + " (expected: >= 1)");
    }
    if (table.length != shape.size() * taps) {
      throw new IllegalArgumentException(
          "table: " + table.length + " entries (expected: " + shape.size() + " x " + taps + ")");
    }
    for (int entry : table) {
      if (entry < -1 || entry >= a.shape().size()) {
        throw new IllegalArgumentException(
            "table: entry " + entry + " (expected: -1 to " + (a.shape().size() - 1) + ")");
      }
    }
    return add(OpCode.GATHER, shape, List.of(a), table, taps);
  }

  /** Sum over a stencil's taps, channel by channel. */
  public Value stencilSum(Value a, Stencil stencil) {
    int sites = onLattice(a, stencil.lattice());
    int k = stencil.taps();
    int[] table = new int[a.shape().size() * k];
    for (int e = 0; e < a.shape().size(); e++) {
      for (int tap = 0; tap < k; tap++) {
        table[e * k + tap] = e / sites * sites + stencil.source(e % sites, tap);
      }
    }
    return gather(a, a.shape().channels(), sites, k, table);
  }

  /** The field shifted: {@code out[x] = a[x + offset]}, periodic. */
  public Value shift(Value a, Lattice lattice, int... offset) {
    return stencilSum(a, Stencil.of(lattice, offset));
  }

  /**
   * {@code out[s] = sum_k a[orbit(k)][s + offset(k)]}: one channel for each orbit of the stencil.
   */
  public Value orbitSum(Value a, Stencil stencil) {
    int sites = onLattice(a, stencil.lattice());
    if (a.shape().channels() != stencil.orbits()) {
      throw new IllegalArgumentException(
          "channels: "
              + a.shape().channels()
              + " (expected: "
              + stencil.orbits()
              + ", one for each orbit)");
    }
    int k = stencil.taps();
    int[] table = new int[sites * k];
    for (int s = 0; s < sites; s++) {
      for (int tap = 0; tap < k; tap++) {
        table[s * k + tap] = stencil.orbit(tap) * sites + stencil.source(s, tap);
      }
    }
    return gather(a, 1, sites, k, table);
  }

  /**
   * A step of a lattice equation with a cubic force, in one pass: {@code v'[e] = v[e] + s (alpha
   * a[e] + beta a[e]^3 + gamma sum_k a[table[e * taps + k]])}, then {@code a' = a + r v'}.
   *
   * @param v velocity
   * @param s scale of the force, length 1
   * @param a field, of the shape of v
   * @param taps at least 1
   * @param table source elements of a, all of them within it; kept, not copied
   * @param r scale of the motion, length 1
   * @return v' and a'
   */
  public List<Value> cubicStep(
      Value v,
      Parameter s,
      Value a,
      double alpha,
      double beta,
      double gamma,
      int taps,
      int[] table,
      Parameter r) {
    same(v, a);
    if (taps < 1 || table.length != a.shape().size() * taps) {
      throw new IllegalArgumentException(
          "table: "
              + table.length
              + " entries (expected: "
              + a.shape().size()
              + " x "
              + taps
              + ")");
    }
    for (int entry : table) {
      if (entry < 0 || entry >= a.shape().size()) {
        throw new IllegalArgumentException(
            "table: entry " + entry + " (expected: 0 to " + (a.shape().size() - 1) + ")");
      }
    }
    List<Value> outs = List.of(value(a.shape()), value(a.shape()));
    int[] integers = {
      s.offset(),
      scalar(alpha).offset(),
      scalar(beta).offset(),
      scalar(gamma).offset(),
      r.offset(),
      taps
    };
    ops.add(new Op(OpCode.CUBIC_STEP, outs, List.of(known(v), known(a)), table, integers));
    return outs;
  }

  /** Channels from (included) to (excluded). */
  public Value channels(Value a, int from, int to) {
    if (from < 0 || to > a.shape().channels() || from >= to) {
      throw new IllegalArgumentException(
          "channels: "
              + from
              + " to "
              + to
              + " (expected: within 0 to "
              + a.shape().channels()
              + ")");
    }
    int sites = a.shape().sites();
    int[] table = new int[(to - from) * sites];
    Arrays.setAll(table, e -> from * sites + e);
    return gather(a, to - from, sites, 1, table);
  }

  /** All values stacked along channels; equal sites. */
  public Value concat(Value... parts) {
    if (parts.length == 0) {
      throw new IllegalArgumentException("parts: none (expected: at least one)");
    }
    int channels = 0;
    for (Value part : parts) {
      if (part.shape().sites() != parts[0].shape().sites()) {
        throw new IllegalArgumentException(
            "sites: " + part.shape().sites() + " (expected: " + parts[0].shape().sites() + ")");
      }
      channels += part.shape().channels();
    }
    return add(
        OpCode.CONCAT, new Shape(channels, parts[0].shape().sites()), List.of(parts), new int[0]);
  }

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

  /** A constant everywhere. */
  public Value fill(double constant, int channels, int sites) {
    return add(
        OpCode.FILL, new Shape(channels, sites), List.of(), new int[0], scalar(constant).offset());
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
    return times(a, block(constant), identity(a));
  }

  /** {@code out[e] = a[e] + p[slot[e]]}. */
  public Value plus(Value a, Parameter p, int[] slot) {
    known(p);
    slots(a, p, slot);
    return add(OpCode.PARAM_ADD, a.shape(), List.of(a), slot, p.offset());
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
    return axis(a, n, lattice.stride(axis), block(matrix).offset());
  }

  private Value axis(Value a, int n, int stride, int matrix) {
    return add(OpCode.AXIS, a.shape(), List.of(a), new int[0], matrix, n, stride);
  }

  Value axisTransposed(Value a, int n, int stride, int matrixOffset) {
    float[] matrix = constantBlock(matrixOffset, n * n);
    float[] transposed = new float[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        transposed[i * n + j] = matrix[j * n + i];
      }
    }
    return Arrays.equals(matrix, transposed)
        ? axis(a, n, stride, matrixOffset)
        : axis(a, n, stride, block(transposed).offset());
  }

  private float[] constantBlock(int offset, int length) {
    int position = -1 - offset;
    for (float[] block : constantBlocks) {
      if (position == 0 && block.length == length) {
        return block;
      }
      position -= block.length;
    }
    throw new IllegalStateException("matrix: not a constant block");
  }

  private Parameter block(float[] constant) {
    for (int i = 0, at = 0; i < constantBlocks.size(); at += constantBlocks.get(i++).length) {
      if (Arrays.equals(constantBlocks.get(i), constant)) {
        return new Parameter("constant", constantAt(at), constant.length);
      }
    }
    return new Parameter("constant", constantAt(constants(constant.clone())), constant.length);
  }

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

  /**
   * Stencil convolution with weights shared by orbit.
   *
   * @param weights length CO CI O, {@code [co][ci][orbit]}
   * @param bias length CO
   */
  public Value convolve(Value a, Stencil stencil, int channels, Parameter weights, Parameter bias) {
    return convolve(a, stencil, channels, weights, bias, new int[0]);
  }

  /**
   * As {@link #convolve(Value, Stencil, int, Parameter, Parameter)}, at some sites only: {@code
   * out[c][n]} is what that has at {@code at[n]}.
   *
   * @param at sites in ascending order, each once; none for all
   */
  public Value convolve(
      Value a, Stencil stencil, int channels, Parameter weights, Parameter bias, int[] at) {
    known(weights);
    known(bias);
    int sites = onLattice(a, stencil.lattice());
    for (int n = 0; n < at.length; n++) {
      if (at[n] >= sites || at[n] <= (n == 0 ? -1 : at[n - 1])) {
        throw new IllegalArgumentException(
            "at: site " + at[n] + " (expected: ascending, from 0 to " + (sites - 1) + ")");
      }
    }
    int expected = channels * a.shape().channels() * stencil.orbits();
    if (weights.length() != expected || bias.length() != channels) {
      throw new IllegalArgumentException(
          "weights: "
              + weights.length()
              + " and bias: "
              + bias.length()
              + " (expected: "
              + expected
              + " and "
              + channels
              + ")");
    }
    int k = stencil.taps();
    int[] table = Arrays.copyOf(stencil.table(), (sites + 1) * k + at.length);
    System.arraycopy(at, 0, table, (sites + 1) * k, at.length);
    for (int tap = 0; tap < k; tap++) {
      table[sites * k + tap] = stencil.orbit(tap);
    }
    return add(
        OpCode.CONV,
        new Shape(channels, at.length == 0 ? sites : at.length),
        List.of(a),
        table,
        weights.offset(),
        bias.offset(),
        k,
        stencil.orbits(),
        0,
        at.length);
  }

  /**
   * The gradient of {@code sum_i coefficient_i sum_i} for sums made by {@link #total} and {@link
   * #dot}.
   */
  public Gradient gradient(Map<Value, Double> sums) {
    return new Adjoint(this).ofSums(sums);
  }

  /**
   * The transposed derivative applied to cotangents: the gradient of {@code sum_i <cotangent_i,
   * value_i>} with the cotangents held fixed.
   *
   * @param cotangents for each value a cotangent of its shape
   */
  public Gradient pullback(Map<Value, Value> cotangents) {
    return pullback(cotangents, Set.of());
  }

  /**
   * As {@link #pullback(Map)}, with some values taken as independent: what flows back reaches them
   * and goes no further.
   */
  public Gradient pullback(Map<Value, Value> cotangents, Set<Value> independent) {
    cotangents.forEach(ProgramBuilder::same);
    return new Adjoint(this).ofValues(cotangents, independent);
  }

  /**
   * Says that few values are alive here, such as the state between two layers of a map whose
   * gradient will be wanted: see {@link #build(int)}. What is added after the last checkpoint is
   * never computed twice.
   */
  public void checkpoint() {
    checkpoints.add(values.size());
  }

  /** Plans the program. The builder must not be used afterwards. */
  public Program build() {
    return build(Integer.MAX_VALUE);
  }

  /**
   * Plans the program in bounded memory. If its arena is larger than the bound, what lies between
   * {@linkplain #checkpoint() checkpoints} is computed again where what follows the last one asks
   * for it, instead of being kept: with groups of segments as few as the bound allows, or if none
   * does, so many that the arena is smallest. Results are the same, bit by bit. The builder must
   * not be used afterwards.
   *
   * @param arena elements per lane above which values are computed again, see {@link Plan#size}
   */
  public Program build(int arena) {
    if (outputs.isEmpty()) {
      throw new IllegalArgumentException("outputs: none (expected: at least one)");
    }
    List<Op> live = DeadCode.drop(ops, outputs);
    List<Op> placed = new ArrayList<>();
    for (Op op : live) {
      int[] integers = op.integers().clone();
      for (int at : ParameterSlots.of(op.code())) {
        if (integers[at] < 0 && !(op.code() == OpCode.CONV && at == 1 && integers[4] == 1)) {
          integers[at] = parameterCount - 1 - integers[at];
        }
      }
      placed.add(new Op(op.code(), op.outputs(), op.inputs(), op.table(), integers));
    }
    float[] constants = new float[constantCount];
    int at = 0;
    for (float[] block : constantBlocks) {
      System.arraycopy(block, 0, constants, at, block.length);
      at += block.length;
    }
    Recomputation recomputation = new Recomputation(placed, outputs, checkpoints, values.size());
    Recomputation.Planned planned = recomputation.within(arena, inputs, outputs);
    return new Program(
        planned.ops(), inputs, outputs, parameters, parameterCount, constants, planned.plan());
  }

  /** The parameters declared so far; a copy. */
  public List<Parameter> parameters() {
    return List.copyOf(parameters);
  }

  Value add(OpCode code, Shape shape, List<Value> in, int[] table, int... integers) {
    in.forEach(this::known);
    Value out = value(shape);
    ops.add(new Op(code, List.of(out), List.copyOf(in), table, integers));
    return out;
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

  private Value value(Shape shape) {
    Value value = new Value(values.size(), shape);
    values.add(value);
    return value;
  }

  @SuppressWarnings("ReferenceEquality") // another builder's value may well be equal
  private Value known(Value v) {
    requireNonNull(v, "value");
    if (v.id() >= values.size() || values.get(v.id()) != v) {
      throw new IllegalArgumentException("value: " + v + " (expected: one of this builder's)");
    }
    return v;
  }

  private static int[] identity(Value a) {
    int[] slot = new int[a.shape().size()];
    Arrays.setAll(slot, e -> e);
    return slot;
  }

  private static void slots(Value a, Parameter p, int[] slot) {
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

  @SuppressWarnings("ReferenceEquality") // another builder's parameter may well be equal
  private void known(Parameter p) {
    requireNonNull(p, "parameter");
    if (p.offset() >= 0 && parameters.stream().noneMatch(q -> q == p)) {
      throw new IllegalArgumentException(
          "parameter " + p.name() + ": unknown (expected: one of this builder's)");
    }
  }

  private void single(Parameter p) {
    known(p);
    if (p.length() != 1) {
      throw new IllegalArgumentException(
          "parameter " + p.name() + ": " + p.length() + " values (expected: 1)");
    }
  }

  private static void same(Value a, Value b) {
    if (!a.shape().equals(b.shape())) {
      throw new IllegalArgumentException("shape: " + b.shape() + " (expected: " + a.shape() + ")");
    }
  }

  private static int onLattice(Value a, Lattice lattice) {
    if (a.shape().sites() != lattice.sites()) {
      throw new IllegalArgumentException(
          "sites: "
              + a.shape().sites()
              + " (expected: "
              + lattice.sites()
              + ", the sites of "
              + lattice
              + ")");
    }
    return lattice.sites();
  }

  private void claim(String kind, String name) {
    if (!names.add(kind + " " + requireNonNull(name, "name"))) {
      throw new IllegalArgumentException(
          kind + ": " + name + " (expected: a name not used before)");
    }
  }
}
