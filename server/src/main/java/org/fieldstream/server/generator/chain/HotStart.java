package org.fieldstream.server.generator.chain;

import org.fieldstream.kernels.machine.Executable;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.fieldstream.server.theory.Dynamics;

/** Random fields to start chains from, before their first step. */
final class HotStart {
  /** The draw of random numbers, of index 0. */
  private static final int DRAW = 1;

  private HotStart() {}

  /**
   * Starts all chains.
   *
   * @param seeds key of each chain; not modified
   * @param fields receives {@code [chain][components][V]}; modified
   * @param action receives S of each chain; modified
   */
  static void of(Dynamics theory, long[] seeds, Machine machine, float[] fields, double[] action) {
    try (Executable hot = machine.load(program(theory))) {
      Lanes at = new Lanes(hot.program(), seeds.length);
      System.arraycopy(seeds, 0, at.seeds(), 0, seeds.length);
      hot.run(at);
      System.arraycopy(at.output(0), 0, fields, 0, at.output(0).length);
      for (int c = 0; c < seeds.length; c++) {
        action[c] = theory.constant() + at.sum(1, c);
      }
    }
  }

  /** Outputs {@code phi} and {@code action}. */
  private static Program program(Dynamics theory) {
    ProgramBuilder b = new ProgramBuilder();
    Value phi = theory.hotStart(b, DRAW);
    b.output("phi", phi);
    b.output("action", theory.action(b, phi));
    return b.build();
  }
}
