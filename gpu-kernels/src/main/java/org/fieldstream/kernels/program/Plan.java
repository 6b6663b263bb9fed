package org.fieldstream.kernels.program;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * Where each value lies in the arena, in elements (multiply by the lanes of a tile). Values whose
 * life has ended give their place to later ones; an elementwise op writes over an input that dies
 * with it.
 */
public final class Plan {
  private final int[] offset;
  private final int size;

  private Plan(int[] offset, int size) {
    this.offset = offset;
    this.size = size;
  }

  /** First element of a value in the arena. */
  public int offset(Value value) {
    return offset[value.id()];
  }

  /** Number of values that a program has; all ids are below. */
  int values() {
    return offset.length;
  }

  /** Arena size in elements per lane. */
  public int size() {
    return size;
  }

  /** Each op by itself. */
  static Plan of(int values, List<Op> ops, List<Program.Port> inputs, List<Program.Port> outputs) {
    return grouped(values, ops.stream().map(Group::whole).toList(), inputs, outputs);
  }

  /** A program's ops in groups. */
  static Plan of(Program program, List<Group> groups) {
    return grouped(program.plan().values(), groups, program.inputs(), program.outputs());
  }

  private static Plan grouped(
      int values, List<Group> groups, List<Program.Port> inputs, List<Program.Port> outputs) {
    Set<Value> inside = new HashSet<>();
    groups.forEach(group -> inside.addAll(group.inside().keySet()));
    List<List<Op>> steps = groups.stream().map(Group::ops).toList();
    return of(values, steps, inputs, outputs, v -> inside.contains(v) ? 0 : v.shape().size());
  }

  /** Where some values lie in a strip's rows of a channel each: ops one after the other. */
  static Plan rows(List<Op> ops, List<Value> some) {
    Set<Value> placed = new HashSet<>(some);
    int values = 1 + some.stream().mapToInt(Value::id).max().orElse(-1);
    for (Op op : ops) {
      for (Value in : op.inputs()) {
        values = Math.max(values, in.id() + 1);
      }
      for (Value out : op.outputs()) {
        values = Math.max(values, out.id() + 1);
      }
    }
    List<List<Op>> steps = ops.stream().map(List::of).toList();
    return of(
        values, steps, List.of(), List.of(), v -> placed.contains(v) ? v.shape().channels() : 0);
  }

  /** By value, the last op that reads it: -1 for none, the largest number for an output. */
  static int[] last(int values, List<Op> ops, List<Program.Port> outputs) {
    int[] last = new int[values];
    Arrays.fill(last, -1);
    for (int i = 0; i < ops.size(); i++) {
      for (Value in : ops.get(i).inputs()) {
        last[in.id()] = i;
      }
    }
    outputs.forEach(p -> last[p.value().id()] = Integer.MAX_VALUE);
    return last;
  }

  /**
   * Places.
   *
   * @param steps ops whose order of execution may differ from site to site: what a step reads stays
   *     until it ends, but for what only an elementwise op reads that writes over it
   * @param size room that a value needs, 0 for one that lies elsewhere
   */
  private static Plan of(
      int values,
      List<List<Op>> steps,
      List<Program.Port> inputs,
      List<Program.Port> outputs,
      ToIntFunction<Value> size) {
    int[] last = last(values, steps.stream().flatMap(List::stream).toList(), outputs);
    Space space = new Space();
    int[] offset = new int[values];
    Arrays.fill(offset, -1);
    for (Program.Port input : inputs) {
      offset[input.value().id()] = space.take(input.value().shape().size());
    }
    boolean[] given = new boolean[values];
    int i = 0;
    for (List<Op> step : steps) {
      Set<Value> far = far(step);
      int first = i;
      for (Op op : step) {
        for (Value in : overwritable(op)) {
          if (last[in.id()] == i
              && in.shape().equals(op.out().shape())
              && !far.contains(in)
              && size.applyAsInt(in) > 0
              && size.applyAsInt(op.out()) > 0) {
            given[in.id()] = true;
            offset[op.out().id()] = offset[in.id()];
            break;
          }
        }
        for (Value out : op.outputs()) {
          if (offset[out.id()] < 0 && size.applyAsInt(out) > 0) {
            offset[out.id()] = space.take(size.applyAsInt(out));
          }
        }
        i++;
      }
      for (Op op : step) {
        for (Value in : op.inputs()) {
          if (last[in.id()] >= first && last[in.id()] < i) {
            give(in, space, offset, given, size);
          }
        }
        for (Value out : op.outputs()) {
          if (last[out.id()] < 0) { // written, never read
            give(out, space, offset, given, size);
          }
        }
      }
    }
    return new Plan(offset, space.high());
  }

  private static void give(
      Value value, Space space, int[] offset, boolean[] given, ToIntFunction<Value> size) {
    if (!given[value.id()] && size.applyAsInt(value) > 0) {
      given[value.id()] = true;
      space.give(offset[value.id()], size.applyAsInt(value));
    }
  }

  /** What ops of a step of several read at other sites than those they write. */
  private static Set<Value> far(List<Op> step) {
    Set<Value> far = new HashSet<>();
    if (step.size() > 1) {
      for (Op op : step) {
        for (int n = 0; n < op.inputs().size(); n++) {
          if (!SiteLocal.isNear(op, n)) {
            far.add(op.in(n));
          }
        }
      }
    }
    return far;
  }

  /** Inputs whose element e, where of the output's shape, is read only to write element e. */
  private static List<Value> overwritable(Op op) {
    return switch (op.code()) {
      case ADD,
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
          PARAM_MUL,
          PARAM_ADD ->
          op.inputs();
      case CUBIC_STEP -> op.in(0).equals(op.in(1)) ? List.of() : List.of(op.in(0));
      case NORMAL,
          UNIFORM,
          GATHER,
          CONCAT,
          SITE_SUM,
          BROADCAST,
          FILL,
          TOTAL,
          DOT,
          SEGMENT_SUM,
          SEGMENT_DOT,
          AXIS,
          SINES,
          SINES_BACK,
          PLANE_SINES,
          PLANE_SINES_BACK,
          CONV,
          CONV_GRAD ->
          List.of();
    };
  }
}
