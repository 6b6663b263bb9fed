package org.fieldstream.kernels.machine.vector;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.fieldstream.kernels.program.Op;
import org.fieldstream.kernels.program.OpCode;
import org.fieldstream.kernels.program.Value;
import org.jspecify.annotations.Nullable;

/** Finds neighbouring ops of a group that have a loop of {@link Fused}. */
final class Fusions {
  private final StripOps bind;
  private final Set<Value> inside;

  /**
   * Binds.
   *
   * @param inside values of the group that need not be kept: only the group reads them
   */
  Fusions(StripOps bind, Set<Value> inside) {
    this.bind = bind;
    this.inside = inside;
  }

  /**
   * A loop for some ops.
   *
   * @param op the loop
   * @param count how many ops it is for
   */
  record Found(StripOp op, int count) {}

  /** The loop of the first ops of a list; null if there is none for more than one. */
  @Nullable Found first(List<Op> ops) {
    Found found = quadratic(ops);
    found = found == null ? difference(ops) : found;
    found = found == null ? sinCos(ops) : found;
    return found == null ? step(ops) : found;
  }

  private static boolean begins(List<Op> ops, OpCode... codes) {
    for (int i = 0; i < codes.length; i++) {
      if (i >= ops.size() || ops.get(i).code() != codes[i]) {
        return false;
      }
    }
    return true;
  }

  /** Whether a value is handed on to this op alone, once. */
  private boolean isOnlyFor(Op reader, List<Op> ops, Value value) {
    return inside.contains(value)
        && ops.stream().flatMap(op -> op.inputs().stream()).filter(value::equals).count() == 1
        && reader.inputs().contains(value);
  }

  private @Nullable Found quadratic(List<Op> ops) {
    if (!begins(ops, OpCode.PARAM_MUL, OpCode.PARAM_ADD, OpCode.MUL, OpCode.PARAM_ADD)) {
      return null;
    }
    Op times = ops.get(0);
    Op plus = ops.get(1);
    Op square = ops.get(2);
    Op last = ops.get(3);
    Value a = times.in(0);
    if (!isOnlyFor(plus, ops, times.out())
        || !isOnlyFor(square, ops, plus.out())
        || !isOnlyFor(last, ops, square.out())
        || !square.in(0).equals(plus.out())
        || !square.in(1).equals(a)
        || !isUniform(times)
        || !isUniform(plus)
        || !isUniform(last)) {
      return null;
    }
    int c2 = times.integer(0) + times.table()[0];
    int c1 = plus.integer(0) + plus.table()[0];
    int c0 = last.integer(0) + last.table()[0];
    Place out = bind.place(last.out());
    Place from = bind.place(a);
    return new Found(
        bind.rows(
            last,
            (m, p, k, to, x, y, e, n) -> Fused.quadratic(m, to, x, p, c2, c1, c0, n),
            out,
            from,
            from),
        4);
  }

  private static boolean isUniform(Op op) {
    int slot = op.table()[0];
    return Arrays.stream(op.table()).allMatch(other -> other == slot);
  }

  private @Nullable Found difference(List<Op> ops) {
    if (!begins(ops, OpCode.GATHER, OpCode.GATHER, OpCode.SUB)) {
      return null;
    }
    Op plus = ops.get(0);
    Op minus = ops.get(1);
    Op sub = ops.get(2);
    int taps = plus.integer(0);
    if (taps > 2
        || minus.integer(0) != taps
        || !isOnlyFor(sub, ops, plus.out())
        || !isOnlyFor(sub, ops, minus.out())
        || !sub.in(0).equals(plus.out())
        || !minus.out().shape().equals(plus.out().shape())
        || !isWhole(plus)
        || !isWhole(minus)) {
      return null;
    }
    int a = bind.at(plus.in(0));
    int b = bind.at(minus.in(0));
    int[] from = plus.table();
    int[] less = minus.table();
    Place out = bind.place(sub.out());
    RowOp.Row row =
        taps == 1
            ? (m, p, k, to, x, y, e, n) -> Fused.difference(m, to, a, from, b, less, e, n)
            : (m, p, k, to, x, y, e, n) -> Fused.differenceOfTwo(m, to, a, from, b, less, e, n);
    return new Found(bind.rows(sub, row, out, out, out), 3);
  }

  /** Whether no sum of a gather ends early. */
  private static boolean isWhole(Op gather) {
    return Arrays.stream(gather.table()).allMatch(entry -> entry >= 0);
  }

  private @Nullable Found sinCos(List<Op> ops) {
    boolean cosineFirst = begins(ops, OpCode.COS, OpCode.SIN);
    if (!cosineFirst && !begins(ops, OpCode.SIN, OpCode.COS)
        || !ops.get(0).in(0).equals(ops.get(1).in(0))) {
      return null;
    }
    Op sin = ops.get(cosineFirst ? 1 : 0);
    Op cos = ops.get(cosineFirst ? 0 : 1);
    Place a = bind.place(sin.in(0));
    return new Found(
        new PairOp(
            (m, p, first, second, x, y, z, n) -> Fused.sinCos(m, first, second, x, n),
            sin.out().shape().channels(),
            bind.place(sin.out()),
            bind.place(cos.out()),
            a,
            a,
            a),
        2);
  }

  private @Nullable Found step(List<Op> ops) {
    if (!begins(ops, OpCode.LINCOMB, OpCode.LINCOMB)) {
      return null;
    }
    Op kick = ops.get(0);
    Op drift = ops.get(1);
    if (!drift.in(1).equals(kick.out()) || drift.in(0).equals(kick.out())) {
      return null;
    }
    if (drift.out().shape().channels() > 1 && inside.contains(drift.out())) {
      // Its rows may be those of what the kick was the last to read, a channel further on.
      return null;
    }
    int[] i = kick.integers();
    int[] j = drift.integers();
    return new Found(
        new PairOp(
            (m, p, v, w, a, b, c, n) ->
                Fused.step(m, v, p[i[0]], a, p[i[1]], b, w, p[j[0]], c, p[j[1]], n),
            kick.out().shape().channels(),
            bind.place(kick.out()),
            bind.place(drift.out()),
            bind.place(kick.in(0)),
            bind.place(kick.in(1)),
            bind.place(drift.in(0))),
        2);
  }
}
