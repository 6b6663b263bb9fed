package org.fieldstream.kernels.machine;

import org.fieldstream.kernels.program.Program;

/** Something that runs lattice programs. */
public interface Machine extends AutoCloseable {
  /** The kind, which decides the bits of a result. */
  MachineKind kind();

  /** The machine in words, for a person: device name, threads, vector width. */
  String describe();

  /** Threads of the host that work for the machine's owner may keep busy, at least 1. */
  default int threads() {
    return 1;
  }

  /**
   * Makes a program ready to run.
   *
   * @throws MachineException if the device cannot take it (memory, kernel build)
   */
  Executable load(Program program);

  @Override
  void close();
}
