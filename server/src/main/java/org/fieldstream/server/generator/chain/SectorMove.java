package org.fieldstream.server.generator.chain;

import java.util.Arrays;
import org.fieldstream.kernels.machine.Executable;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.fieldstream.kernels.random.Philox;
import org.fieldstream.server.theory.Winding;

/**
 * Proposes to each chain the neighbouring sector: adds or subtracts the theory's smoothest
 * configuration of charge 1, with equal chance, and accepts with probability min(1, exp(-dS)) (F.
 * Fucito, S. Solomon, Phys. Lett. B 134 (1984) 235; as "instanton hit" S. Duerr, Phys. Rev. D 85
 * (2012) 114503).
 */
final class SectorMove implements Move {
  /** The draw of signs and decisions; trajectories and clusters use 0 to 5. */
  private static final int DRAW = 6;

  private static final int PHI = 0;
  private static final int ACTION = 1;

  private final Winding theory;
  private final Executable executable;
  private final Lanes lanes;
  private final long[] seeds;
  private final int size;

  /**
   * A move for some chains.
   *
   * @param seeds key of each chain's random numbers; not modified
   */
  SectorMove(Winding theory, long[] seeds, Machine machine) {
    this.theory = theory;
    this.seeds = seeds;
    size = theory.components() * theory.sites();
    executable = machine.load(program(theory));
    try {
      lanes = new Lanes(executable.program(), seeds.length);
    } catch (RuntimeException | Error e) {
      executable.close();
      throw e;
    }
  }

  /** Inputs {@code phi} and {@code sign}; outputs {@code phi} and {@code action}. */
  private static Program program(Winding theory) {
    int components = theory.components();
    int sites = theory.sites();
    ProgramBuilder b = new ProgramBuilder();
    Value phi = b.input("phi", components, sites);
    Value sign = b.broadcast(b.input("sign", 1, 1), components, sites);
    Value moved = b.add(phi, b.times(sign, theory.instanton()));
    b.output("phi", moved);
    b.output("action", theory.action(b, moved));
    return b.build();
  }

  /**
   * Floats held for each value of a chain's field, rounded up: the field, the one proposed, and on
   * the machine both and the shift.
   */
  static int floats() {
    return 6;
  }

  @Override
  public void run(long index, float[] fields, double[] action) {
    System.arraycopy(fields, 0, lanes.input(0), 0, fields.length);
    float[] signs = lanes.input(1);
    for (int c = 0; c < seeds.length; c++) {
      signs[c] = Philox.uniform52(0, DRAW, index, seeds[c]) < 0.5 ? -1 : 1;
    }
    System.arraycopy(seeds, 0, lanes.seeds(), 0, seeds.length);
    Arrays.fill(lanes.indices(), index);
    executable.run(lanes);
    for (int c = 0; c < seeds.length; c++) {
      double after = theory.constant() + lanes.sum(ACTION, c);
      double u = Philox.uniform52(1, DRAW, index, seeds[c]);
      if (StrictMath.log(u) < action[c] - after) {
        action[c] = after;
        System.arraycopy(lanes.output(PHI), c * size, fields, c * size, size);
        theory.normalise(fields, c * size);
      }
    }
  }

  @Override
  public void close() {
    executable.close();
  }
}
