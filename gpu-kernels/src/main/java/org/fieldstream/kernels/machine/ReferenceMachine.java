package org.fieldstream.kernels.machine;

import org.fieldstream.kernels.program.Program;

/**
 * Runs programs in double precision by plain loops, one lane after the other: the oracle of the
 * tests. Slow.
 */
public final class ReferenceMachine implements Machine {
  @Override
  public MachineKind kind() {
    return MachineKind.REFERENCE;
  }

  @Override
  public String describe() {
    return "reference (double precision, plain loops)";
  }

  @Override
  public Executable load(Program program) {
    return new ReferenceExecutable(program);
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
