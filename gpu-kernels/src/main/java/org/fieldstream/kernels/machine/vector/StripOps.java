package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.W;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.fieldstream.kernels.program.Group;
import org.fieldstream.kernels.program.Op;
import org.fieldstream.kernels.program.OpCode;
import org.fieldstream.kernels.program.Plan;
import org.fieldstream.kernels.program.Shape;
import org.fieldstream.kernels.program.Value;

/** Binds the ops of a group in strips, or one op that could be in such a group, to loops. */
final class StripOps {
  private final Plan plan;
  private final int first;
  private final Map<Value, Integer> inside;
  private final int strip;
  private final int rows;

  /**
   * For a group.
   *
   * @param plan where values lie that are not inside of it
   * @param first floats before the plan's first value
   * @param rows floats before the group's rows
   * @param strip sites of a strip
   */
  StripOps(Group group, Plan plan, int first, int rows, int strip) {
    this.plan = plan;
    this.first = first;
    this.rows = rows;
    this.strip = strip;
    inside = group.inside();
  }

  /** Sites of a strip of a group. */
  static int length(Group group) {
    Set<Value> outside = new HashSet<>();
    for (Op op : group.ops()) {
      outside.addAll(op.inputs());
      outside.addAll(op.outputs());
    }
    outside.removeAll(group.inside().keySet());
    int rows = group.rows() + outside.stream().mapToInt(value -> value.shape().channels()).sum();
    return Math.min(Strip.length(rows), (group.sites() + 3) / 4 * 4);
  }

  /** Where a value that is not inside of the group starts. */
  int at(Value value) {
    return first + plan.offset(value) * W;
  }

  /** Where a value that an op of the group reads near or writes lies. */
  Place place(Value value) {
    Integer row = inside.get(value);
    Shape shape = value.shape();
    return row == null
        ? new Place(at(value), shape.sites() * W, W)
        : new Place(rows + row * strip * W, strip * W, 0);
  }

  /** A value that is repeated where it has one channel or one site of several. */
  private Place repeated(Value value, Shape whole) {
    Place place = place(value);
    Shape own = value.shape();
    return new Place(
        place.at(),
        own.channels() < whole.channels() ? 0 : place.channelStep(),
        own.sites() < whole.sites() ? 0 : place.siteStep());
  }

  /** The loops of ops of the group, to be run one after the other; several ops may be one. */
  List<StripOp> of(List<Op> ops, Function<Op, StripOp> convolution) {
    Fusions fusions = new Fusions(this, inside.keySet());
    List<StripOp> loops = new ArrayList<>();
    for (int i = 0; i < ops.size(); ) {
      Fusions.Found found = fusions.first(ops.subList(i, ops.size()));
      Op op = ops.get(i);
      loops.add(
          found != null ? found.op() : op.code() == OpCode.CONV ? convolution.apply(op) : of(op));
      i += found == null ? 1 : found.count();
    }
    return loops;
  }

  /** The loop of an op. */
  StripOp of(Op op) {
    Shape shape = op.out().shape();
    int[] i = op.integers();
    int[] t = op.table();
    return switch (op.code()) {
      case NORMAL ->
          head(op, (m, p, k, out, a, b, e, n) -> RandomOps.normal(m, out, e, n, i[0], k));
      case UNIFORM ->
          head(op, (m, p, k, out, a, b, e, n) -> RandomOps.uniform(m, out, e, n, i[0], k));
      case FILL -> head(op, (m, p, k, out, a, b, e, n) -> Elementwise.fill(m, out, p[i[0]], n));
      case ADD, SUB, MUL, DIV -> binary(op);
      case LINCOMB ->
          near(
              op,
              (m, p, k, out, a, b, e, n) -> Elementwise.lincomb(m, out, p[i[0]], a, p[i[1]], b, n));
      case AFFINE ->
          near(
              op, (m, p, k, out, a, b, e, n) -> Elementwise.affine(m, out, p[i[0]], a, p[i[1]], n));
      case SIN -> near(op, (m, p, k, out, a, b, e, n) -> Elementwise.sin(m, out, a, n));
      case COS -> near(op, (m, p, k, out, a, b, e, n) -> Elementwise.cos(m, out, a, n));
      case EXP -> near(op, (m, p, k, out, a, b, e, n) -> Elementwise.exp(m, out, a, n));
      case LOG -> near(op, (m, p, k, out, a, b, e, n) -> Elementwise.log(m, out, a, n));
      case TANH -> near(op, (m, p, k, out, a, b, e, n) -> Elementwise.tanh(m, out, a, n));
      case LEAKY ->
          near(op, (m, p, k, out, a, b, e, n) -> Elementwise.leaky(m, out, a, b, p[i[0]], n));
      case PARAM_MUL ->
          near(op, (m, p, k, out, a, b, e, n) -> Elementwise.paramMul(m, out, a, p, i[0], t, e, n));
      case PARAM_ADD ->
          near(op, (m, p, k, out, a, b, e, n) -> Elementwise.paramAdd(m, out, a, p, i[0], t, e, n));
      case BROADCAST -> {
        Place a = repeated(op.in(0), shape);
        yield new RowOp(
            (m, p, k, out, from, b, e, n) -> Elementwise.repeat(m, out, from, n),
            shape.channels(),
            shape.sites(),
            place(op.out()),
            a,
            a);
      }
      case GATHER -> head(op, gather(t, i[0], at(op.in(0)), shape.size()));
      case CUBIC_STEP ->
          new CubicStep(
              op, place(op.out()), place(op.outputs().get(1)), place(op.in(0)), at(op.in(1)));
      case CONCAT -> concat(op);
      default ->
          throw new IllegalStateException("op: " + op + " (expected: one that strips can run)");
    };
  }

  /** An op that reads nothing, or anything. */
  private RowOp head(Op op, RowOp.Row row) {
    Place out = place(op.out());
    return rows(op, row, out, out, out);
  }

  /** An op that reads the elements that it writes. */
  private RowOp near(Op op, RowOp.Row row) {
    return rows(op, row, place(op.out()), place(op.in(0)), place(op.in(op.inputs().size() - 1)));
  }

  /** A loop over the channels of an op's output. */
  RowOp rows(Op op, RowOp.Row row, Place out, Place a, Place b) {
    Shape shape = op.out().shape();
    return new RowOp(row, shape.channels(), shape.sites(), out, a, b);
  }

  private RowOp binary(Op op) {
    boolean one = op.in(1).shape().sites() == 1 && op.out().shape().sites() > 1;
    RowOp.Row row =
        switch (op.code()) {
          case ADD ->
              one
                  ? (m, p, k, out, a, b, e, n) -> Elementwise.addOne(m, out, a, b, n)
                  : (m, p, k, out, a, b, e, n) -> Elementwise.add(m, out, a, b, n);
          case SUB ->
              one
                  ? (m, p, k, out, a, b, e, n) -> Elementwise.subOne(m, out, a, b, n)
                  : (m, p, k, out, a, b, e, n) -> Elementwise.sub(m, out, a, b, n);
          case MUL ->
              one
                  ? (m, p, k, out, a, b, e, n) -> Elementwise.mulOne(m, out, a, b, n)
                  : (m, p, k, out, a, b, e, n) -> Elementwise.mul(m, out, a, b, n);
          default ->
              one
                  ? (m, p, k, out, a, b, e, n) -> Elementwise.divOne(m, out, a, b, n)
                  : (m, p, k, out, a, b, e, n) -> Elementwise.div(m, out, a, b, n);
        };
    return rows(op, row, place(op.out()), place(op.in(0)), repeated(op.in(1), op.out().shape()));
  }

  private static RowOp.Row gather(int[] table, int taps, int from, int n) {
    if (taps == 1) {
      return (m, p, k, out, a, b, e, count) -> Gather.one(m, out, from, e, count, table);
    }
    int[] lengths = Gather.lengths(table, taps, n);
    if (taps == 2 && Arrays.stream(lengths).allMatch(length -> length == 2)) {
      return (m, p, k, out, a, b, e, count) -> Gather.two(m, out, from, e, count, table);
    }
    return (m, p, k, out, a, b, e, count) ->
        Gather.sum(m, out, from, e, count, taps, table, lengths);
  }

  private StripOp concat(Op op) {
    Place out = place(op.out());
    List<Value> parts = op.inputs();
    Place[] from = parts.stream().map(this::place).toArray(Place[]::new);
    int[] channels = parts.stream().mapToInt(part -> part.shape().channels()).toArray();
    return (m, p, keys, site, sites) -> {
      int to = 0;
      for (int part = 0; part < from.length; part++) {
        for (int c = 0; c < channels[part]; c++) {
          System.arraycopy(m, from[part].of(c, site), m, out.of(to++, site), sites * W);
        }
      }
    };
  }
}
