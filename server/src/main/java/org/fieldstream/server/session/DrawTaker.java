package org.fieldstream.server.session;

import java.util.List;
import java.util.function.Supplier;
import org.fieldstream.kernels.machine.MachineKind;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.generator.DensitySource;
import org.fieldstream.server.generator.DrawBatch;

/** Who takes draws from a pool: a stream or a session of proposals. On the device's thread only. */
sealed interface DrawTaker permits DrawProduction, ProposalProduction {
  /** The kind of machine it is made on. */
  MachineKind kind();

  /**
   * Starts over on another machine. Who has made use of draws already ends, as does who goes on
   * from an index of another kind of machine.
   *
   * @param otherwise what it is told then
   * @return whether it goes on
   */
  boolean startOver(MachineKind kind, ServiceException otherwise);

  /** Says how it ended, once, if it has; it then leaves the pool. */
  boolean settle();

  /** Ends with a failure. */
  void fail(ServiceException failure);

  /** Draws it could use now. */
  long wanted();

  /**
   * Names the next draws.
   *
   * @param seeds receives lanes {@code at} to {@code at + lanes - 1}; modified
   * @param indices receives the same lanes; modified
   */
  void fill(long[] seeds, long[] indices, int at, int lanes);

  /** Takes the draws named last, lanes {@code at} to {@code at + lanes - 1} of a batch. */
  void take(DrawBatch batch, int at, int lanes);

  /** Positions of the levels of noise at which it takes them too. */
  default List<Integer> levels() {
    return List.of();
  }

  /** Whether it has a field whose density it wants. */
  default boolean hasState() {
    return false;
  }

  /** Evaluates the first such field; its failure is its own and ends nobody else. */
  default void evaluate(Supplier<DensitySource> density) {}
}
