package org.fieldstream.server.generator.chain;

import java.util.Arrays;
import java.util.Locale;
import org.fieldstream.kernels.machine.Executable;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.random.Philox;
import org.fieldstream.server.theory.Dynamics;

/**
 * Many chains in lanes, one trajectory of all of them per device call: proposals by the program,
 * decisions here, in double. The random numbers of chain c's trajectory t are keyed by (seed, c)
 * and counted by t; nothing depends on how lanes are spread over threads.
 */
final class Trajectories implements ChainLanes {
  /** Which of the uniforms of (chain, trajectory) decides; the program's normals are 0 and 1. */
  private static final int DECISION = 2;

  private static final int JITTER = 3;

  private final Dynamics theory;
  private final ChainAlgorithm algorithm;
  private final Integrator integrator;
  private final Machine machine;
  private final long[] seeds;
  private final long jitterSeed;
  private final double[] action;
  private final boolean[] accepted;
  private final double[] deltaH;
  private Executable executable;
  private Lanes lanes;
  private int steps;
  private double eps;
  private long trajectory;

  Trajectories(
      Dynamics theory,
      ChainAlgorithm algorithm,
      Integrator integrator,
      long seed,
      int chains,
      Machine machine) {
    this.theory = theory;
    this.algorithm = algorithm;
    this.integrator = integrator;
    this.machine = machine;
    seeds = ChainSeeds.of(seed, chains);
    jitterSeed = ChainSeeds.common(seed);
    action = new double[chains];
    accepted = new boolean[chains];
    deltaH = new double[chains];
    steps = 1;
    executable = load();
    try {
      lanes = new Lanes(executable.program(), chains);
      HotStart.of(theory, seeds, machine, fields(), action);
    } catch (RuntimeException | Error e) {
      executable.close();
      throw e;
    }
  }

  private Executable load() {
    return machine.load(TrajectoryProgram.drawn(theory, integrator, steps));
  }

  /** The program is built anew only if the number of steps changes. */
  @Override
  public void stepSize(double newEps, int newSteps) {
    eps = newEps;
    if (newSteps != steps) {
      steps = newSteps;
      executable.close();
      executable = load();
      Lanes next = new Lanes(executable.program(), seeds.length);
      System.arraycopy(fields(), 0, next.input(0), 0, fields().length);
      lanes = next;
    }
  }

  @Override
  public void advance() {
    trajectory++;
    int v = theory.components() * theory.sites();
    System.arraycopy(seeds, 0, lanes.seeds(), 0, seeds.length);
    Arrays.fill(lanes.indices(), trajectory);
    // Drawn without regard to the state, so detailed balance holds step size by step size.
    double u = Philox.uniform52(0, JITTER, trajectory, jitterSeed);
    integrator.stepSize(eps * (1 + algorithm.jitter() * (2 * u - 1)), lanes.parameters());
    executable.run(lanes);
    float[] proposed = lanes.output(TrajectoryProgram.PHI);
    for (int c = 0; c < seeds.length; c++) {
      double after = theory.constant() + lanes.sum(TrajectoryProgram.ACTION, c);
      deltaH[c] =
          after
              - action[c]
              + 0.5
                  * (lanes.sum(TrajectoryProgram.KINETIC_END, c)
                      - lanes.sum(TrajectoryProgram.KINETIC_START, c));
      accepted[c] = !algorithm.isAdjusted() || accept(c);
      if (accepted[c]) {
        action[c] = after;
        System.arraycopy(proposed, c * v, fields(), c * v, v);
        theory.normalise(fields(), c * v);
      }
    }
  }

  private boolean accept(int chain) {
    double change = deltaH[chain];
    // StrictMath: the same bits before and after compilation. A NaN is a rejection.
    return change <= 0
        || StrictMath.log(Philox.uniform52(0, DECISION, trajectory, seeds[chain])) < -change;
  }

  @Override
  public double acceptance() {
    double sum = 0;
    for (double change : deltaH) {
      sum += change <= 0 ? 1 : Double.isNaN(change) ? 0 : StrictMath.exp(-change);
    }
    return sum / deltaH.length;
  }

  /** Number of chains. */
  int chains() {
    return seeds.length;
  }

  @Override
  public float[] fields() {
    return lanes.input(0);
  }

  @Override
  public double[] action() {
    return action;
  }

  /** H after - H before, of the last trajectory's proposals. */
  double[] deltaH() {
    return deltaH;
  }

  @Override
  public boolean[] accepted() {
    return accepted;
  }

  @Override
  public double eps() {
    return eps;
  }

  @Override
  public int steps() {
    return steps;
  }

  @Override
  public long count() {
    return trajectory;
  }

  @Override
  public String describe() {
    return String.format(
        Locale.ROOT, "trajectories each, of %d %s steps of %.4g", steps, integrator.title(), eps);
  }

  @Override
  public void close() {
    executable.close();
  }
}
