package org.fieldstream.server.generator.flow;

import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.fieldstream.server.theory.BadTargetException;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.Theory;
import org.fieldstream.server.theory.U1;

/**
 * A theory as flows see it: the variable that they map, {@code [1][V]}, its action, and how
 * configurations come from it. Immutable.
 */
public interface FlowTheory {
  /**
   * The theory of a target.
   *
   * @throws BadTargetException naming the field at fault
   */
  static FlowTheory of(Target target) {
    return switch (target.theory()) {
      case Phi4.NAME -> new ScalarTheory(Phi4.of(target));
      case U1.NAME -> new PlaquetteTheory(U1.of(target));
      default ->
          throw new BadTargetException(
              "theory", target.theory() + " (expected: " + Phi4.NAME + " or " + U1.NAME + ")");
    };
  }

  /**
   * The lattice of a theory whose variable is a field on sites.
   *
   * @param form of the flow that asks, for the message
   * @throws IllegalArgumentException for another theory
   */
  static Lattice scalarLattice(FlowTheory theory, String form) {
    return ScalarTheory.lattice(theory, form);
  }

  /** The theory. */
  Theory theory();

  /** Its lattice. */
  Lattice lattice();

  /** Adds the action to a program, up to {@link #constant()}, as a compensated sum. */
  Value action(ProgramBuilder b, Value variable);

  /** The part of S that does not depend on the field. */
  double constant();

  /**
   * The variable of a configuration.
   *
   * @param field {@code [components][V]}; not modified
   * @return {@code [V]}
   */
  double[] variable(double[] field);

  /**
   * Prepares for making configurations.
   *
   * @param threads of this machine's processor that may work on them
   */
  Configurations open(int threads);

  /** Makes configurations of mapped variables. Not thread-safe. */
  interface Configurations extends AutoCloseable {
    /**
     * Configurations.
     *
     * @param variables {@code [lane][V]}; not modified
     * @param seeds stream seed of each lane; not modified
     * @param indices draw of each lane; not modified
     * @param count lanes
     * @return {@code [lane][components][V]}, the receiver's
     */
    float[] of(float[] variables, long[] seeds, long[] indices, int count);

    @Override
    void close();
  }
}
