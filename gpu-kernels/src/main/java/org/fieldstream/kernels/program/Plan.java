package org.fieldstream.kernels.program;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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

  /** Arena size in elements per lane. */
  public int size() {
    return size;
  }

  static Plan of(int values, List<Op> ops, List<Program.Port> inputs, List<Program.Port> outputs) {
    int[] last = new int[values];
    Arrays.fill(last, -1);
    for (int i = 0; i < ops.size(); i++) {
      for (Value in : ops.get(i).inputs()) {
        last[in.id()] = i;
      }
    }
    outputs.forEach(p -> last[p.value().id()] = Integer.MAX_VALUE);
    Space space = new Space();
    int[] offset = new int[values];
    Arrays.fill(offset, -1);
    for (Program.Port input : inputs) {
      offset[input.value().id()] = space.take(input.value().shape().size());
    }
    for (int i = 0; i < ops.size(); i++) {
      Op op = ops.get(i);
      int inherited = -1;
      for (Value in : overwritable(op)) {
        if (last[in.id()] == i && in.shape().equals(op.out().shape())) {
          inherited = in.id();
          offset[op.out().id()] = offset[in.id()];
          break;
        }
      }
      for (Value out : op.outputs()) {
        if (offset[out.id()] < 0) {
          offset[out.id()] = space.take(out.shape().size());
        }
      }
      for (Value in : op.inputs().stream().distinct().toList()) {
        if (last[in.id()] == i && in.id() != inherited) {
          space.give(offset[in.id()], in.shape().size());
        }
      }
      for (Value out : op.outputs()) {
        if (last[out.id()] < 0) { // written, never read
          space.give(offset[out.id()], out.shape().size());
        }
      }
    }
    return new Plan(offset, space.high);
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

  /** Free list of the arena, first fit, neighbours merged. */
  private static final class Space {
    private final TreeMap<Integer, Integer> free = new TreeMap<>();
    private int high;

    int take(int size) {
      for (Map.Entry<Integer, Integer> hole : free.entrySet()) {
        if (hole.getValue() >= size) {
          int at = hole.getKey();
          int rest = hole.getValue() - size;
          free.remove(at);
          if (rest > 0) {
            free.put(at + size, rest);
          }
          return at;
        }
      }
      Map.Entry<Integer, Integer> tail = free.lastEntry();
      int at = high;
      if (tail != null && tail.getKey() + tail.getValue() == high) {
        at = tail.getKey();
        free.remove(at);
      }
      high = Math.addExact(at, size);
      return at;
    }

    void give(int at, int size) {
      Map.Entry<Integer, Integer> before = free.lowerEntry(at);
      if (before != null && before.getKey() + before.getValue() == at) {
        at = before.getKey();
        size += before.getValue();
      }
      Integer after = free.remove(at + size);
      free.put(at, size + (after == null ? 0 : after));
    }
  }
}
