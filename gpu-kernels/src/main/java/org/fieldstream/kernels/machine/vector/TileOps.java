package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.W;

import java.util.ArrayList;
import java.util.List;
import org.fieldstream.kernels.program.Op;
import org.fieldstream.kernels.program.OpCode;
import org.fieldstream.kernels.program.Plan;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.Shape;
import org.fieldstream.kernels.program.Value;

/** Binds each op of a program to its loop, and counts what the loops need besides the values. */
final class TileOps {
  /**
   * Floats before the first value. A collector that puts large arrays at the start of a region (G1)
   * leaves 16 bytes to the array's header: values then start on a cache line, and no vector is
   * split between two.
   */
  private static final int FIRST = 12;

  private final Plan plan;
  private final int free;
  private int scratch;
  private int parameters;

  TileOps(Program program) {
    plan = program.plan();
    free = FIRST + plan.size() * W;
    parameters = program.parameterCount() + program.constants().length;
  }

  /** Where a value starts in the arena. */
  int at(Value value) {
    return FIRST + plan.offset(value) * W;
  }

  /**
   * Floats of the arena: the values, then scratch that ops share.
   *
   * @throws ArithmeticException if these are more than an array holds
   */
  int arena() {
    return Math.toIntExact(FIRST + (long) plan.size() * W + scratch);
  }

  /** Floats of the parameter array: parameters, constants, then what ops prepare. */
  int parameters() {
    return parameters;
  }

  /** The loops of a program's ops, to be run one after the other. */
  List<TileOp> of(List<Op> ops) {
    List<TileOp> loops = new ArrayList<>();
    for (int i = 0; i < ops.size(); i++) {
      Op op = ops.get(i);
      if (op.code() == OpCode.SINES) {
        int sites = op.out().shape().sites();
        loops.addAll(Sines.of(op.integers(), at(op.out()), at(op.in(0)), sites));
      } else if (i + 1 < ops.size() && rectifies(ops.get(i + 1), op)) {
        loops.add(convolution(op, at(op.out()), at(op.in(0)), ops.get(++i).integer(0)));
      } else {
        loops.add(one(op));
      }
    }
    return loops;
  }

  /** Whether an op is the leaky rectifier of a convolution, in place. */
  private boolean rectifies(Op op, Op convolution) {
    Value a = convolution.out();
    return convolution.code() == OpCode.CONV
        && op.code() == OpCode.LEAKY
        && op.in(0).equals(a)
        && op.in(1).equals(a)
        && at(op.out()) == at(a);
  }

  private TileOp one(Op op) {
    Shape shape = op.out().shape();
    int out = at(op.out());
    int n = shape.size();
    int a = op.inputs().isEmpty() ? 0 : at(op.in(0));
    int b = op.inputs().size() < 2 ? 0 : at(op.in(1));
    int[] i = op.integers();
    int[] t = op.table();
    return switch (op.code()) {
      case NORMAL -> (m, p, keys) -> RandomOps.normal(m, out, n, i[0], keys);
      case UNIFORM -> (m, p, keys) -> RandomOps.uniform(m, out, n, i[0], keys);
      case ADD, SUB, MUL, DIV -> binary(op, out, a, b);
      case LINCOMB -> (m, p, keys) -> Elementwise.lincomb(m, out, p[i[0]], a, p[i[1]], b, n);
      case AFFINE -> (m, p, keys) -> Elementwise.affine(m, out, p[i[0]], a, p[i[1]], n);
      case SIN -> (m, p, keys) -> Elementwise.sin(m, out, a, n);
      case COS -> (m, p, keys) -> Elementwise.cos(m, out, a, n);
      case EXP -> (m, p, keys) -> Elementwise.exp(m, out, a, n);
      case LOG -> (m, p, keys) -> Elementwise.log(m, out, a, n);
      case TANH -> (m, p, keys) -> Elementwise.tanh(m, out, a, n);
      case LEAKY -> (m, p, keys) -> Elementwise.leaky(m, out, a, b, p[i[0]], n);
      case GATHER -> gather(t, i[0], out, a, n);
      case CUBIC_STEP -> new CubicStep(op, out, at(op.outputs().get(1)), a, b);
      case CONCAT -> concat(op, out);
      case SITE_SUM -> {
        int sites = op.in(0).shape().sites();
        yield (m, p, keys) -> Sums.siteSum(m, out, a, n, sites);
      }
      case BROADCAST -> {
        int step = op.in(0).shape().channels() == 1 ? 0 : W;
        yield (m, p, keys) ->
            Elementwise.broadcast(m, out, a, step, shape.channels(), shape.sites());
      }
      case FILL -> (m, p, keys) -> Elementwise.fill(m, out, p[i[0]], n);
      case TOTAL -> {
        int elements = op.in(0).shape().size();
        scratch = Math.max(scratch, Sums.SCRATCH * W);
        yield (m, p, keys) -> Sums.total(m, out, a, elements, free);
      }
      case DOT -> {
        int elements = op.in(0).shape().size();
        scratch = Math.max(scratch, Sums.SCRATCH * W);
        yield (m, p, keys) -> Sums.dot(m, out, a, b, elements, free);
      }
      case PARAM_MUL -> (m, p, keys) -> Elementwise.paramMul(m, out, a, p, i[0], t);
      case PARAM_ADD -> (m, p, keys) -> Elementwise.paramAdd(m, out, a, p, i[0], t);
      case SEGMENT_SUM -> (m, p, keys) -> Sums.segmentSum(m, out, n, a, t);
      case SEGMENT_DOT -> (m, p, keys) -> Sums.segmentDot(m, out, n, a, b, t);
      case AXIS -> (m, p, keys) -> Axis.apply(m, out, a, n, p, i[0], i[1], i[2]);
      case SINES -> throw new IllegalStateException("op: " + op + " (expected: one of one loop)");
      case SINES_BACK -> {
        int dp = at(op.outputs().get(1));
        yield (m, p, keys) -> SinesBack.run(m, p, i, a, b, out, dp, shape.sites());
      }
      case PLANE_SINES -> {
        int channels = op.in(0).shape().channels();
        yield (m, p, keys) -> PlaneSines.run(m, p, i, channels, a, out, shape.sites());
      }
      case PLANE_SINES_BACK -> {
        int dp = at(op.outputs().get(1));
        int channels = shape.channels();
        yield (m, p, keys) -> PlaneSinesBack.run(m, p, i, channels, a, b, out, dp, shape.sites());
      }
      case CONV -> convolution(op, out, a, -1);
      case CONV_GRAD -> {
        scratch = Math.max(scratch, ConvolutionGradient.scratch());
        yield new ConvolutionGradient(op, out, a, b, free);
      }
    };
  }

  private TileOp convolution(Op op, int out, int a, int slope) {
    int packed = parameters;
    parameters = Math.addExact(parameters, Convolution.packed(op));
    scratch = Math.max(scratch, Convolution.scratch(op));
    return new Convolution(op, out, a, free, packed, slope);
  }

  private static TileOp binary(Op op, int out, int a, int b) {
    Shape x = op.out().shape();
    Shape y = op.in(1).shape();
    int channels = x.channels();
    int sites = x.sites();
    int siteStep = y.sites() == 1 ? 0 : W;
    int channelStep = y.channels() == 1 ? 0 : y.sites() * W;
    return switch (op.code()) {
      case ADD ->
          (m, p, keys) -> Elementwise.add(m, out, a, b, channels, sites, channelStep, siteStep);
      case SUB ->
          (m, p, keys) -> Elementwise.sub(m, out, a, b, channels, sites, channelStep, siteStep);
      case MUL ->
          (m, p, keys) -> Elementwise.mul(m, out, a, b, channels, sites, channelStep, siteStep);
      default ->
          (m, p, keys) -> Elementwise.div(m, out, a, b, channels, sites, channelStep, siteStep);
    };
  }

  private static TileOp gather(int[] table, int taps, int out, int a, int n) {
    if (taps == 1) {
      return (m, p, keys) -> Gather.one(m, out, a, n, table);
    }
    int[] lengths = Gather.lengths(table, taps, n);
    return (m, p, keys) -> Gather.sum(m, out, a, n, taps, table, lengths);
  }

  private TileOp concat(Op op, int out) {
    int parts = op.inputs().size();
    int[] from = new int[parts];
    int[] size = new int[parts];
    for (int k = 0; k < parts; k++) {
      from[k] = at(op.in(k));
      size[k] = op.in(k).shape().size() * W;
    }
    return (m, p, keys) -> {
      int to = out;
      for (int k = 0; k < parts; k++) {
        System.arraycopy(m, from[k], m, to, size[k]);
        to += size[k];
      }
    };
  }
}
