package org.fieldstream.kernels.program;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Drops ops whose results nothing reads. */
final class DeadCode {
  private DeadCode() {}

  static List<Op> drop(List<Op> ops, List<Program.Port> outputs) {
    Set<Value> wanted = new HashSet<>();
    outputs.forEach(p -> wanted.add(p.value()));
    Deque<Op> live = new ArrayDeque<>();
    for (int i = ops.size() - 1; i >= 0; i--) {
      Op op = ops.get(i);
      if (op.outputs().stream().anyMatch(wanted::contains)) {
        live.addFirst(op);
        wanted.addAll(op.inputs());
      }
    }
    return List.copyOf(live);
  }
}
