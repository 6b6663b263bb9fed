package org.fieldstream.server.generator.flow;

import java.util.Arrays;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.fieldstream.server.theory.Phi4;

/**
 * A scalar field: flows map the field itself.
 *
 * @param theory the theory
 */
public record ScalarTheory(Phi4 theory) implements FlowTheory {
  /**
   * The lattice of a theory that has to be scalar.
   *
   * @param form of the flow that asks, for the message
   */
  static Lattice lattice(FlowTheory theory, String form) {
    if (theory instanceof ScalarTheory scalar) {
      return scalar.lattice();
    }
    throw new IllegalArgumentException(
        "theory: "
            + theory.theory().name()
            + " (expected: "
            + Phi4.NAME
            + ", the theory of flows of form "
            + form
            + ")");
  }

  @Override
  public Lattice lattice() {
    return theory.lattice();
  }

  @Override
  public Value action(ProgramBuilder b, Value variable) {
    return theory.action(b, variable);
  }

  @Override
  public double constant() {
    return theory.constant();
  }

  @Override
  public double[] variable(double[] field) {
    return field.clone();
  }

  @Override
  public Configurations open(int threads) {
    int sites = theory.lattice().sites();
    return new Configurations() {
      @Override
      public float[] of(float[] variables, long[] seeds, long[] indices, int count) {
        return Arrays.copyOf(variables, count * sites);
      }

      @Override
      public void close() {}
    };
  }
}
