package org.fieldstream.server.testing;

import org.fieldstream.kernels.machine.Executable;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.MachineException;
import org.fieldstream.kernels.machine.MachineKind;
import org.fieldstream.kernels.program.Program;

/** A machine for models that compute by themselves. */
public final class FakeMachine implements Machine {
  private volatile boolean closed;

  @Override
  public MachineKind kind() {
    return MachineKind.REFERENCE;
  }

  @Override
  public String describe() {
    return "a machine of the tests";
  }

  @Override
  public Executable load(Program program) {
    throw new MachineException("program: unexpected (expected: none in these tests)");
  }

  /** Whether it was closed. */
  public boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
  }
}
