package org.fieldstream.kernels.program;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes lattice programs. Each method adds an op and returns its value; shapes are checked here, so
 * a program that builds, runs. {@link #gradient} adds the adjoint program.
 *
 * <p>What there is to add is sorted by class: {@code ElementOps}, {@code NeighbourOps}, {@code
 * SumOps}, {@code SeriesOps}.
 *
 * <p>Not thread-safe; one builder makes one program.
 */
public final class ProgramBuilder extends SeriesOps {
  /**
   * The gradient of {@code sum_i coefficient_i sum_i} for sums made by {@link #total} and {@link
   * #dot}.
   */
  public Gradient gradient(Map<Value, Double> sums) {
    return new Adjoint(this).ofSums(sums);
  }

  /**
   * The transposed derivative applied to cotangents: the gradient of {@code sum_i <cotangent_i,
   * value_i>} with the cotangents held fixed.
   *
   * @param cotangents for each value a cotangent of its shape
   */
  public Gradient pullback(Map<Value, Value> cotangents) {
    return pullback(cotangents, Set.of());
  }

  /**
   * As {@link #pullback(Map)}, with some values taken as independent: what flows back reaches them
   * and goes no further.
   */
  public Gradient pullback(Map<Value, Value> cotangents, Set<Value> independent) {
    cotangents.forEach(ProgramParts::same);
    return new Adjoint(this).ofValues(cotangents, independent);
  }

  /**
   * Says that few values are alive here, such as the state between two layers of a map whose
   * gradient will be wanted: see {@link #build(int)}. What is added after the last checkpoint is
   * never computed twice.
   */
  public void checkpoint() {
    checkpoints.add(valueCount());
  }

  /** Plans the program. The builder must not be used afterwards. */
  public Program build() {
    return build(Integer.MAX_VALUE);
  }

  /**
   * Plans the program in bounded memory. If its arena is larger than the bound, what lies between
   * {@linkplain #checkpoint() checkpoints} is computed again where what follows the last one asks
   * for it, instead of being kept: with groups of segments as few as the bound allows, or if none
   * does, so many that the arena is smallest. Results are the same, bit by bit. The builder must
   * not be used afterwards.
   *
   * @param arena elements per lane above which values are computed again, see {@link Plan#size}
   */
  public Program build(int arena) {
    if (outputs.isEmpty()) {
      throw new IllegalArgumentException("outputs: none (expected: at least one)");
    }
    List<Op> live = DeadCode.drop(ops, outputs);
    List<Op> placed = new ArrayList<>();
    for (Op op : live) {
      int[] integers = op.integers().clone();
      for (int at : ParameterSlots.of(op.code())) {
        if (integers[at] < 0 && !(op.code() == OpCode.CONV && at == 1 && integers[4] == 1)) {
          integers[at] = parameterCount - 1 - integers[at];
        }
      }
      placed.add(new Op(op.code(), op.outputs(), op.inputs(), op.table(), integers));
    }
    Recomputation.Planned planned =
        new Recomputation(placed, outputs, checkpoints, valueCount())
            .within(arena, inputs, outputs);
    return new Program(
        planned.ops(),
        inputs,
        outputs,
        parameters(),
        parameterCount,
        constants.all(),
        planned.plan());
  }
}
