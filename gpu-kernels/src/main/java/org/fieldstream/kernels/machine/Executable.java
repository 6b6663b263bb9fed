package org.fieldstream.kernels.machine;

import org.fieldstream.kernels.program.Program;

/** A program on a machine. Not thread-safe: one run at a time. */
public interface Executable extends AutoCloseable {
  /** The program. */
  Program program();

  /** Lanes are computed in groups of this many; a multiple of it wastes nothing. */
  int laneGroup();

  /**
   * Runs the program once for every lane, filling the outputs of {@code lanes}. Each lane's result
   * depends on that lane's seed, index and inputs, and on the parameters, only.
   *
   * @throws MachineException if the device fails
   */
  void run(Lanes lanes);

  @Override
  void close();
}
