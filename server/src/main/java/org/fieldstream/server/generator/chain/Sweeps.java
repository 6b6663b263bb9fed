package org.fieldstream.server.generator.chain;

import java.util.Arrays;
import java.util.Locale;
import org.fieldstream.kernels.machine.Executable;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.fieldstream.server.theory.LocalUpdates;

/**
 * Many chains of local updates in lanes, some sweeps of all of them per device call, decisions
 * within the program. The random numbers of chain c's step t are keyed by (seed, c) and counted by
 * t.
 */
final class Sweeps implements ChainLanes {
  /** Sweeps of a step: as much work as a short trajectory. */
  static final int EACH = 4;

  /** Draws before these are those of {@link HotStart} and of {@link Move}s. */
  private static final int FIRST_DRAW = 16;

  private static final int PHI = 0;
  private static final int ACTION = 1;
  private static final int ACCEPTED = 2;

  private final LocalUpdates theory;
  private final long[] seeds;
  private final double[] action;
  private final boolean[] accepted;
  private final Executable executable;
  private final Lanes lanes;
  private final int size;
  private double width = 1;
  private double acceptance;
  private long step;

  Sweeps(LocalUpdates theory, long seed, int chains, Machine machine) {
    this.theory = theory;
    size = theory.components() * theory.sites();
    seeds = ChainSeeds.of(seed, chains);
    action = new double[chains];
    accepted = new boolean[chains];
    Arrays.fill(accepted, true);
    executable = machine.load(program(theory, EACH));
    try {
      lanes = new Lanes(executable.program(), chains);
      HotStart.of(theory, seeds, machine, lanes.input(0), action);
    } catch (RuntimeException | Error e) {
      executable.close();
      throw e;
    }
  }

  /**
   * Some sweeps: input {@code phi}, parameter {@code width}; outputs {@code phi}, {@code action} at
   * the end and the number of proposals {@code accepted}, both as compensated sums.
   */
  static Program program(LocalUpdates theory, int sweeps) {
    ProgramBuilder b = new ProgramBuilder();
    Value phi = b.input("phi", theory.components(), theory.sites());
    Parameter width = b.parameter("width", 1);
    LocalUpdates.Sweep at = theory.sweep(b, phi, width, FIRST_DRAW);
    Value accepted = at.accepted();
    for (int i = 1; i < sweeps; i++) {
      at = theory.sweep(b, at.field(), width, FIRST_DRAW + i * theory.draws());
      accepted = b.add(accepted, at.accepted());
    }
    b.output("phi", at.field());
    b.output("action", theory.action(b, at.field()));
    b.output("accepted", accepted);
    return b.build();
  }

  @Override
  public void advance() {
    step++;
    System.arraycopy(seeds, 0, lanes.seeds(), 0, seeds.length);
    Arrays.fill(lanes.indices(), step);
    lanes.parameters()[0] = (float) width;
    executable.run(lanes);
    System.arraycopy(lanes.output(PHI), 0, fields(), 0, fields().length);
    double sum = 0;
    for (int c = 0; c < seeds.length; c++) {
      theory.normalise(fields(), c * size);
      action[c] = theory.constant() + lanes.sum(ACTION, c);
      sum += lanes.sum(ACCEPTED, c);
    }
    acceptance = sum / seeds.length / EACH / theory.proposals();
  }

  @Override
  public void stepSize(double eps, int steps) {
    width = eps;
  }

  @Override
  public double acceptance() {
    return acceptance;
  }

  @Override
  public float[] fields() {
    return lanes.input(0);
  }

  @Override
  public double[] action() {
    return action;
  }

  @Override
  public boolean[] accepted() {
    return accepted;
  }

  @Override
  public double eps() {
    return width;
  }

  @Override
  public int steps() {
    return 1;
  }

  @Override
  public long count() {
    return step;
  }

  @Override
  public String describe() {
    return String.format(
        Locale.ROOT, "steps each, of %d sweeps with proposals within %.4g", EACH, width);
  }

  @Override
  public void close() {
    executable.close();
  }
}
