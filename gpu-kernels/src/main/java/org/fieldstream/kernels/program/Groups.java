package org.fieldstream.kernels.program;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A program's ops in groups, for machines that run a group of ops site by site rather than one op
 * after the other, and where values lie then. Ops of a group write values of as many sites; what
 * one of them reads at other sites than its own is there before the group begins, and nothing in
 * the group writes over it. The same ops on the same numbers: results are the same, bit by bit.
 */
public final class Groups {
  /** Sites below which a value is no burden to the nearest cache, and a strip no gain. */
  static final int FEWEST_SITES = 16;

  /**
   * Ops that a later one may overtake to join a group: not so many that values which a program
   * makes just in time are made long before.
   */
  private static final int OVERTAKEN = 32;

  private final List<Group> list;
  private final Plan plan;

  private Groups(Program program, List<Group> list) {
    this.list = List.copyOf(list);
    plan = Plan.of(program, list);
  }

  /**
   * Groups as large as can be with an arena that is at most a quarter larger than that of the ops
   * one by one: what a group reads at other sites stays until it ends.
   */
  public static Groups of(Program program) {
    Groups near = new Groups(program, new Collector(program).groups(0));
    Groups far = new Groups(program, new Collector(program).groups(OVERTAKEN));
    int alone = program.plan().size();
    int most = alone + alone / 4;
    if (far.plan.size() <= Math.min(most, Math.max(near.plan.size(), alone))) {
      return far;
    }
    return near.plan.size() <= most ? near : apart(program);
  }

  /** Each op by itself, as {@link Program#plan()} has them. */
  public static Groups apart(Program program) {
    return new Groups(program, program.ops().stream().map(Group::whole).toList());
  }

  /** The groups, in order of execution. */
  public List<Group> list() {
    return list;
  }

  /** Where the values lie that are not inside of a group. */
  public Plan plan() {
    return plan;
  }

  /** Collects a program's groups. */
  private static final class Collector {
    private final List<Op> ops;
    private final int[] last;

    /** How many ops read each value. */
    private final int[] readers;

    Collector(Program program) {
      ops = program.ops();
      last = Plan.last(program.plan().values(), ops, program.outputs());
      readers = new int[last.length];
      ops.forEach(op -> count(op, readers));
    }

    private static void count(Op op, int[] readers) {
      op.inputs().stream().distinct().forEach(in -> readers[in.id()]++);
    }

    List<Group> groups(int overtaken) {
      List<Group> groups = new ArrayList<>();
      boolean[] done = new boolean[ops.size()];
      for (int i = 0; i < done.length; i++) {
        if (done[i]) {
          continue;
        }
        if (isLocal(ops.get(i))) {
          groups.add(from(i, done, overtaken));
        } else if (i + 1 < done.length && !done[i + 1] && rectifies(i + 1, ops.get(i))) {
          done[i + 1] = true;
          groups.add(Group.whole(ops.get(i), ops.get(i + 1)));
        } else {
          groups.add(Group.whole(ops.get(i)));
        }
      }
      return groups;
    }

    private static boolean isLocal(Op op) {
      return op.out().shape().sites() >= FEWEST_SITES && SiteLocal.is(op);
    }

    /** Whether an op is the leaky rectifier of a convolution that nothing else reads. */
    private boolean rectifies(int at, Op convolution) {
      Op op = ops.get(at);
      Value a = convolution.out();
      return convolution.code() == OpCode.CONV
          && op.code() == OpCode.LEAKY
          && op.in(0).equals(a)
          && op.in(1).equals(a)
          && last[a.id()] == at;
    }

    /** The group of an op and of those behind it that can join. */
    private Group from(int start, boolean[] done, int overtaken) {
      List<Integer> members = new ArrayList<>();
      Set<Value> written = new HashSet<>();
      Set<Value> later = new HashSet<>();
      int left = overtaken;
      int sites = ops.get(start).out().shape().sites();
      for (int i = start; i < done.length && left >= 0; i++) {
        Op op = ops.get(i);
        if (done[i]) {
          continue;
        }
        if (isLocal(op)
            && op.out().shape().sites() == sites
            && op.inputs().stream().noneMatch(later::contains)
            && readsNear(op, written)) {
          done[i] = true;
          members.add(i);
          written.addAll(op.outputs());
        } else {
          later.addAll(op.outputs());
          left--;
        }
      }
      List<Op> group = members.stream().map(ops::get).toList();
      return group.size() == 1 ? Group.whole(group.get(0)) : Group.strips(group, inside(members));
    }

    private static boolean readsNear(Op op, Set<Value> written) {
      for (int n = 0; n < op.inputs().size(); n++) {
        if (!SiteLocal.isNear(op, n) && written.contains(op.in(n))) {
          return false;
        }
      }
      return true;
    }

    /**
     * What the ops of a group write and no other op reads, nor the program's caller. Not what
     * nothing reads: a row of it would be free again while a loop of two ops still writes it.
     */
    private List<Value> inside(List<Integer> members) {
      int[] own = new int[last.length];
      members.forEach(i -> count(ops.get(i), own));
      return members.stream()
          .flatMap(i -> ops.get(i).outputs().stream())
          .filter(v -> last[v.id()] >= 0 && last[v.id()] != Integer.MAX_VALUE)
          .filter(v -> own[v.id()] == readers[v.id()])
          .toList();
    }
  }
}
