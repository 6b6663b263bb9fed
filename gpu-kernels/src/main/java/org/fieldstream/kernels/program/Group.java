package org.fieldstream.kernels.program;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Ops that run together. A group in strips runs all its ops on some sites before it goes on to the
 * next ones, so that what they hand on to each other stays in the nearest cache; what lies inside
 * has no place in the arena, only room for one strip, in rows of one channel each.
 *
 * @param ops in order of execution
 * @param strips whether the ops run strip by strip; else each runs on all sites
 * @param inside the first row of each value that nothing outside of the group reads
 * @param rows number of rows
 */
public record Group(List<Op> ops, boolean strips, Map<Value, Integer> inside, int rows) {
  public Group {
    ops = List.copyOf(ops);
    inside = Collections.unmodifiableMap(new LinkedHashMap<>(inside));
  }

  /** Ops that run one after the other, each on all sites. */
  public static Group whole(Op... ops) {
    return new Group(List.of(ops), false, Map.of(), 0);
  }

  /**
   * Ops that run in strips.
   *
   * @param inside what they write and only they read
   */
  static Group strips(List<Op> ops, List<Value> inside) {
    Plan rows = Plan.rows(ops, inside);
    Map<Value, Integer> first = new LinkedHashMap<>();
    inside.forEach(value -> first.put(value, rows.offset(value)));
    return new Group(ops, true, first, rows.size());
  }

  /** Sites of the values that the ops write; without meaning for a group that isn't in strips. */
  public int sites() {
    return ops.get(0).out().shape().sites();
  }

  /** Bytes in each lane, as {@link OpCost} counts them, that never leave a strip. */
  public long savedBytes() {
    long saved = 0;
    for (Op op : ops) {
      List<Value> values = new ArrayList<>(op.outputs());
      op.inputs().stream().distinct().forEach(values::add);
      for (Value value : values) {
        saved += inside.containsKey(value) ? 4L * value.shape().size() : 0;
      }
    }
    return saved;
  }
}
