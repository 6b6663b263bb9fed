package org.fieldstream.kernels.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Trades arithmetic for memory in a program with a gradient. Checkpoints cut the program into
 * segments; what lies behind the last one, the tail, reads values of all segments in the opposite
 * order. Segments are put together into groups; a value that only its own group and the tail read
 * is not kept until then: the ops that make it run again right before the tail first asks for a
 * value of the group, from what entered the group (A. Griewank, A. Walther, "Algorithm 799:
 * revolve", ACM Trans. Math. Softw. 26 (2000) 19; with equal groups, T. Chen, B. Xu, C. Zhang, C.
 * Guestrin, arXiv 1604.06174). The last group belongs to the tail and is never run again.
 *
 * <p>The same ops on the same numbers: results are the same, bit by bit.
 */
final class Recomputation {
  private final List<Op> ops;
  private final int values;
  private final int segments;
  private final int[] segment;

  /** Values that are there anyway: inputs, which no op makes, and outputs, which stay. */
  private final boolean[] given;

  /** By segment, elements that it makes and the tail reads. */
  private final long[] weight;

  /**
   * A program's ops after all have been added.
   *
   * @param marks checkpoints: how many values there were, ascending
   * @param values number of values
   */
  Recomputation(List<Op> ops, List<Program.Port> outputs, List<Integer> marks, int values) {
    this.ops = ops;
    this.values = values;
    segments = marks.size();
    segment = new int[values];
    for (int id = 0, s = 0; id < values; id++) {
      while (s < segments && marks.get(s) <= id) {
        s++;
      }
      segment[id] = s;
    }
    given = new boolean[values];
    Arrays.fill(given, true);
    for (Op op : ops) {
      op.outputs().forEach(out -> given[out.id()] = false);
    }
    outputs.forEach(port -> given[port.value().id()] = true);
    weight = new long[segments];
    boolean[] seen = given.clone();
    for (Op op : ops) {
      if (segment[op.out().id()] == segments) {
        for (Value in : op.inputs()) {
          if (segment[in.id()] < segments && !seen[in.id()]) {
            seen[in.id()] = true;
            weight[segment[in.id()]] += in.shape().size();
          }
        }
      }
    }
  }

  /**
   * Ops and the number of their values.
   *
   * @param ops in order of execution
   * @param values all ids are below
   */
  private record Schedule(List<Op> ops, int values) {}

  /**
   * A schedule with its plan.
   *
   * @param ops in order of execution
   * @param plan where their values lie
   */
  record Planned(List<Op> ops, Plan plan) {}

  /** The fewest groups whose arena is within the bound, else those with the smallest arena. */
  Planned within(int arena, List<Program.Port> inputs, List<Program.Port> outputs) {
    Planned best = planned(1, inputs, outputs);
    for (int groups = 2;
        groups <= segments + 1 && best.plan().size() > arena;
        groups += Math.max(1, groups / 3)) {
      Planned next = planned(groups, inputs, outputs);
      if (next.plan().size() < best.plan().size()) {
        best = next;
      }
    }
    return best;
  }

  private Planned planned(int groups, List<Program.Port> inputs, List<Program.Port> outputs) {
    Schedule schedule = into(groups);
    return new Planned(schedule.ops(), Plan.of(schedule.values(), schedule.ops(), inputs, outputs));
  }

  /** The program with its segments in so many groups of about equal memory; 1 leaves it as is. */
  private Schedule into(int groups) {
    int last = groups - 1;
    int[] group = grouped(groups);
    boolean[] again = again(group, last);
    List<List<Op>> repeated = new ArrayList<>();
    for (int g = 0; g < last; g++) {
      repeated.add(new ArrayList<>());
    }
    List<Op> schedule = new ArrayList<>();
    @Nullable Value[] copies = new Value[values];
    int next = values;
    for (Op op : ops) {
      int own = group[op.out().id()];
      if (own < last) {
        if (op.outputs().stream().anyMatch(out -> again[out.id()])) {
          repeated.get(own).add(op);
        }
        schedule.add(op);
        continue;
      }
      for (Value in : op.inputs()) {
        if (again[in.id()] && copies[in.id()] == null) {
          for (Op repeat : repeated.get(group[in.id()])) {
            List<Value> made = new ArrayList<>();
            for (Value out : repeat.outputs()) {
              Value copy = new Value(next++, out.shape());
              copies[out.id()] = copy;
              made.add(copy);
            }
            schedule.add(
                new Op(
                    repeat.code(),
                    List.copyOf(made),
                    replaced(repeat.inputs(), again, copies),
                    repeat.table(),
                    repeat.integers()));
          }
        }
      }
      schedule.add(
          new Op(
              op.code(),
              op.outputs(),
              replaced(op.inputs(), again, copies),
              op.table(),
              op.integers()));
    }
    return new Schedule(List.copyOf(schedule), next);
  }

  private static List<Value> replaced(
      List<Value> inputs, boolean[] again, @Nullable Value[] copies) {
    List<Value> replaced = new ArrayList<>();
    for (Value in : inputs) {
      Value copy = again[in.id()] ? copies[in.id()] : null;
      replaced.add(copy == null ? in : copy);
    }
    return List.copyOf(replaced);
  }

  /** The group of each value: consecutive segments of about equal weight together. */
  private int[] grouped(int groups) {
    long total = Arrays.stream(weight).sum();
    int[] ofSegment = new int[segments + 1];
    ofSegment[segments] = groups - 1;
    long sofar = 0;
    for (int s = 0; s < segments; s++) {
      // The middle of the segment's weight says where it belongs.
      long middle = 2 * sofar + weight[s];
      ofSegment[s] = total == 0 ? groups - 1 : (int) (middle * groups / (2 * total + 1));
      sofar += weight[s];
    }
    int[] group = new int[values];
    Arrays.setAll(group, id -> ofSegment[segment[id]]);
    return group;
  }

  /** Values that exist until the tail needs them whatever happens: other groups read them. */
  private boolean[] kept(int[] group, int last) {
    boolean[] kept = given.clone();
    for (Op op : ops) {
      int own = group[op.out().id()];
      for (Value in : op.inputs()) {
        if (own != last && group[in.id()] != own) {
          kept[in.id()] = true;
        }
      }
    }
    return kept;
  }

  /** Values to be computed again: those the tail reads, and those that these are made from. */
  private boolean[] again(int[] group, int last) {
    boolean[] kept = kept(group, last);
    boolean[] again = new boolean[values];
    for (int i = ops.size() - 1; i >= 0; i--) {
      Op op = ops.get(i);
      int own = group[op.out().id()];
      if (own == last || op.outputs().stream().anyMatch(out -> again[out.id()])) {
        for (Value in : op.inputs()) {
          again[in.id()] |= !kept[in.id()] && group[in.id()] < last;
        }
      }
    }
    return again;
  }
}
