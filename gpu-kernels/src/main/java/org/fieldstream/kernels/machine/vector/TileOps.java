package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.W;

import java.util.ArrayList;
import java.util.List;
import org.fieldstream.kernels.program.Group;
import org.fieldstream.kernels.program.Groups;
import org.fieldstream.kernels.program.Op;
import org.fieldstream.kernels.program.OpCode;
import org.fieldstream.kernels.program.Plan;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.Shape;
import org.fieldstream.kernels.program.Value;

/** Binds a program's groups of ops to loops, and counts what the loops need besides the values. */
final class TileOps {
  /**
   * Floats before the first value. A collector that puts large arrays at the start of a region (G1)
   * leaves 16 bytes to the array's header: values then start on a cache line, and no vector is
   * split between two.
   */
  private static final int FIRST = 12;

  private final Groups groups;
  private final Plan plan;
  private final int free;
  private int scratch;
  private int parameters;

  TileOps(Program program, Groups groups) {
    this.groups = groups;
    plan = groups.plan();
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

  /** The loops of the groups, to be run one after the other. */
  List<TileOp> all() {
    List<TileOp> loops = new ArrayList<>();
    for (Group group : groups.list()) {
      Op op = group.ops().get(0);
      if (group.strips()) {
        loops.add(strip(group));
      } else if (op.code() == OpCode.SINES) {
        int sites = op.out().shape().sites();
        loops.addAll(Sines.of(op.integers(), at(op.out()), at(op.in(0)), sites));
      } else if (group.ops().size() == 2) {
        loops.add(convolution(op, place(op), group.ops().get(1).integer(0)));
      } else {
        loops.add(one(op));
      }
    }
    return loops;
  }

  private TileOp strip(Group group) {
    int length = StripOps.length(group);
    scratch = Math.max(scratch, group.rows() * length * W);
    StripOps bind = new StripOps(group, plan, FIRST, free, length);
    List<StripOp> ops = bind.of(group.ops(), op -> convolution(op, bind.place(op.out()), -1));
    return new Strip(ops, group.sites(), length);
  }

  private Place place(Op op) {
    return new Place(at(op.out()), op.out().shape().sites() * W, W);
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
      case NORMAL,
          UNIFORM,
          ADD,
          SUB,
          MUL,
          DIV,
          LINCOMB,
          AFFINE,
          SIN,
          COS,
          EXP,
          LOG,
          TANH,
          LEAKY,
          GATHER,
          CUBIC_STEP,
          CONCAT,
          BROADCAST,
          FILL,
          PARAM_MUL,
          PARAM_ADD -> {
        StripOp all = new StripOps(Group.whole(op), plan, FIRST, free, 0).of(op);
        yield new Strip(List.of(all), shape.sites(), shape.sites());
      }
      case SITE_SUM -> {
        int sites = op.in(0).shape().sites();
        yield (m, p, keys) -> Sums.siteSum(m, out, a, n, sites);
      }
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
      case CONV -> convolution(op, place(op), -1);
      case CONV_GRAD -> {
        scratch = Math.max(scratch, ConvolutionGradient.scratch());
        yield new ConvolutionGradient(op, out, a, b, free);
      }
    };
  }

  private Convolution convolution(Op op, Place out, int slope) {
    int packed = parameters;
    parameters = Math.addExact(parameters, Convolution.packed(op));
    scratch = Math.max(scratch, Convolution.scratch(op));
    return new Convolution(op, out, at(op.in(0)), free, packed, slope);
  }
}
