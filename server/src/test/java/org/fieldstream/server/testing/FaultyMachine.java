package org.fieldstream.server.testing;

import java.util.concurrent.atomic.AtomicInteger;
import org.fieldstream.kernels.machine.Executable;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.MachineException;
import org.fieldstream.kernels.machine.MachineKind;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.kernels.program.Program;

/** A real machine under another name, that fails when it is told to. */
public final class FaultyMachine implements Machine {
  private final Machine real = new VectorMachine(1);
  private final MachineKind kind;
  private final AtomicInteger loads = new AtomicInteger(Integer.MAX_VALUE);
  private final AtomicInteger runs = new AtomicInteger(Integer.MAX_VALUE);
  private final AtomicInteger open = new AtomicInteger();

  /** A machine that works. */
  public FaultyMachine(MachineKind kind) {
    this.kind = kind;
  }

  /** Loads so many programs more, then none. */
  public FaultyMachine loads(int left) {
    loads.set(left);
    return this;
  }

  /** Runs so many times more, then never. */
  public FaultyMachine runs(int left) {
    runs.set(left);
    return this;
  }

  /** Programs loaded and not closed. */
  public int open() {
    return open.get();
  }

  @Override
  public MachineKind kind() {
    return kind;
  }

  @Override
  public String describe() {
    return "a faulty machine of kind " + kind;
  }

  @Override
  public Executable load(Program program) {
    if (loads.getAndDecrement() <= 0) {
      throw new MachineException("memory: none left on the device (expected: some)");
    }
    Executable executable = real.load(program);
    open.incrementAndGet();
    return new Executable() {
      private boolean closed;

      @Override
      public Program program() {
        return program;
      }

      @Override
      public int laneGroup() {
        return executable.laneGroup();
      }

      @Override
      public void run(Lanes lanes) {
        if (runs.getAndDecrement() <= 0) {
          throw new MachineException("device: lost (expected: there)");
        }
        executable.run(lanes);
      }

      @Override
      public void close() {
        if (!closed) {
          closed = true;
          open.decrementAndGet();
          executable.close();
        }
      }
    };
  }

  @Override
  public void close() {
    real.close();
  }
}
