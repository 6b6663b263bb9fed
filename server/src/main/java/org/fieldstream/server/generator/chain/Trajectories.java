package org.fieldstream.server.generator.chain;

import org.fieldstream.kernels.machine.Executable;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.random.Philox;
import org.fieldstream.server.theory.Phi4;
import org.jspecify.annotations.Nullable;

/**
 * Many chains in lanes, one trajectory of all of them per device call: proposals by the program,
 * decisions here, in double. The random numbers of chain c's trajectory t are keyed by (seed, c)
 * and counted by t; nothing depends on how lanes are spread over threads.
 */
final class Trajectories implements AutoCloseable {
  /** Which of the uniforms of (chain, trajectory) decides; the program's normals are 0 and 1. */
  private static final int DECISION = 2;

  private static final int JITTER = 3;

  private final Phi4 phi4;
  private final ChainAlgorithm algorithm;
  private final Machine machine;
  private final long[] seeds;
  private final long jitterSeed;
  private final double[] action;
  private final boolean[] accepted;
  private final double[] deltaH;
  private final @Nullable ClusterMove clusters;
  private Executable executable;
  private Lanes lanes;
  private int steps;
  private double eps;
  private long trajectory;

  Trajectories(Phi4 phi4, ChainAlgorithm algorithm, long seed, int chains, Machine machine) {
    this.phi4 = phi4;
    this.algorithm = algorithm;
    this.machine = machine;
    seeds = new long[chains];
    for (int c = 0; c < chains; c++) {
      seeds[c] = mix(seed, c);
    }
    jitterSeed = mix(seed, -1);
    action = new double[chains];
    accepted = new boolean[chains];
    deltaH = new double[chains];
    steps = 1;
    executable = load();
    try {
      lanes = new Lanes(executable.program(), chains);
      start();
      clusters =
          algorithm.signs() == ChainAlgorithm.Signs.OF_CLUSTERS
              ? new ClusterMove(phi4, seeds, machine)
              : null;
    } catch (RuntimeException | Error e) {
      executable.close();
      throw e;
    }
  }

  /** A 64-bit hash (the finaliser of D. Lea, G. Steele, C. Flood, SplitMix64, OOPSLA 2014). */
  private static long mix(long seed, long chain) {
    long z = seed + (chain + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private void start() {
    try (Executable hot = machine.load(TrajectoryProgram.hotStart(phi4))) {
      Lanes at = new Lanes(hot.program(), seeds.length);
      System.arraycopy(seeds, 0, at.seeds(), 0, seeds.length);
      hot.run(at);
      System.arraycopy(at.output(0), 0, fields(), 0, at.output(0).length);
      for (int c = 0; c < seeds.length; c++) {
        action[c] = phi4.constant() + at.sum(1, c);
      }
    }
  }

  private Executable load() {
    return machine.load(TrajectoryProgram.drawn(phi4, algorithm.integrator(), steps));
  }

  /**
   * Sets the mean step size; the program is built anew only if the number of steps changes.
   *
   * @param newEps step size, positive
   * @param newSteps steps of a trajectory, at least 1
   */
  void stepSize(double newEps, int newSteps) {
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

  /** Advances every chain by one trajectory. */
  void advance() {
    trajectory++;
    int v = phi4.lattice().sites();
    System.arraycopy(seeds, 0, lanes.seeds(), 0, seeds.length);
    java.util.Arrays.fill(lanes.indices(), trajectory);
    // Drawn without regard to the state, so detailed balance holds step size by step size.
    double u = Philox.uniform52(0, JITTER, trajectory, jitterSeed);
    algorithm
        .integrator()
        .stepSize(eps * (1 + algorithm.jitter() * (2 * u - 1)), lanes.parameters());
    executable.run(lanes);
    float[] proposed = lanes.output(TrajectoryProgram.PHI);
    for (int c = 0; c < seeds.length; c++) {
      double after = phi4.constant() + lanes.sum(TrajectoryProgram.ACTION, c);
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
      }
    }
    ClusterMove move = clusters;
    if (move != null) {
      move.run(trajectory, fields(), action);
    }
  }

  private boolean accept(int chain) {
    double change = deltaH[chain];
    // StrictMath: the same bits before and after compilation. A NaN is a rejection.
    return change <= 0
        || StrictMath.log(Philox.uniform52(0, DECISION, trajectory, seeds[chain])) < -change;
  }

  /** Mean over chains of min(1, exp(-dH)) of the last trajectory. */
  double acceptance() {
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

  /** Current states, {@code [chain][V]}, where the next trajectory starts; not to be modified. */
  float[] fields() {
    return lanes.input(0);
  }

  /** Current actions; not to be modified. */
  double[] action() {
    return action;
  }

  /** H after - H before, of the last trajectory's proposals. */
  double[] deltaH() {
    return deltaH;
  }

  /** Whether the last trajectory's proposals were accepted; not to be modified. */
  boolean[] accepted() {
    return accepted;
  }

  /** Mean step size. */
  double eps() {
    return eps;
  }

  /** Steps of a trajectory. */
  int steps() {
    return steps;
  }

  /** Trajectories of each chain so far. */
  long count() {
    return trajectory;
  }

  @Override
  public void close() {
    executable.close();
    ClusterMove move = clusters;
    if (move != null) {
      move.close();
    }
  }
}
