package org.fieldstream.kernels.machine;

import org.fieldstream.kernels.program.Program;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machine of commands that run {@code auto}: a program that the machine at hand cannot load, or
 * not run for the first time, goes to the next one of the lineup, as do all programs after it;
 * programs that run stay where they are. Every change is reported. Not thread-safe.
 *
 * <p>Not for a server, whose streams must stay on one kind of machine from start to end.
 */
final class FallbackMachine implements Machine {
  private static final Logger LOG = LoggerFactory.getLogger(FallbackMachine.class);

  private final MachineLineup lineup;
  private Machine current;

  FallbackMachine(MachineLineup lineup) {
    this.lineup = lineup;
    this.current = lineup.first();
  }

  @Override
  public MachineKind kind() {
    return current.kind();
  }

  @Override
  public String describe() {
    return current.describe();
  }

  @Override
  public Executable load(Program program) {
    return new Unproven(program);
  }

  /** Loads on the current machine or on one after it. */
  private Executable loadSomewhere(Program program) {
    while (true) {
      try {
        return current.load(program);
      } catch (MachineException e) {
        moveOn(current, e);
      }
    }
  }

  private void moveOn(Machine failed, MachineException why) {
    if (failed == current) {
      Machine next = lineup.after(failed);
      if (next == null) {
        throw why;
      }
      current = next;
    }
    LOG.warn(
        "{} failed, going on with {}: {}", failed.describe(), current.describe(), why.getMessage());
  }

  /** A program that may still change machines, until it has run once. */
  private final class Unproven implements Executable {
    private Machine machine;
    private Executable executable;
    private boolean proven;

    Unproven(Program program) {
      executable = loadSomewhere(program);
      machine = current;
    }

    @Override
    public Program program() {
      return executable.program();
    }

    @Override
    public int laneGroup() {
      return executable.laneGroup();
    }

    @Override
    public void run(Lanes lanes) {
      while (!proven) {
        try {
          executable.run(lanes);
          proven = true;
          return;
        } catch (MachineException e) {
          moveOn(machine, e);
          executable.close();
          executable = loadSomewhere(executable.program());
          machine = current;
        }
      }
      executable.run(lanes);
    }

    @Override
    public void close() {
      executable.close();
    }
  }

  @Override
  public void close() {
    lineup.close();
  }
}
