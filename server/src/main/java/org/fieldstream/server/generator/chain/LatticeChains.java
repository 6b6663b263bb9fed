package org.fieldstream.server.generator.chain;

import java.util.Locale;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.ChainSource;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.FieldShape;
import org.fieldstream.server.theory.BadTargetException;
import org.fieldstream.server.theory.Phi4;

/**
 * Independent chains from a hot start: first step size and trajectory length are adapted, then they
 * are frozen and the chains run until {@link Relaxation} says they have forgotten their start.
 */
final class LatticeChains implements ChainSource {
  /** Chains of a lattice of usual size; a function of the lattice only, never of the machine. */
  private static final int CHAINS = 64;

  private static final int CHAINS_LARGE = 16;
  private static final int LARGE = 1 << 16;

  /**
   * Floats held for each value of a chain's field: state, proposal, the batch handed out, the next
   * state and proposal while programs change, and the four fields of the program on the machine;
   * rounded up.
   */
  private static final int FLOATS_PER_VALUE = 10;

  /** Trajectories before the step size is looked at in earnest, and of the search. */
  private static final int SETTLING = 30;

  private static final int SEARCH = 150;

  /** Trajectories from whose second half the trajectory length is told. */
  private static final int GAUGE = 100;

  /** The number of steps follows the step size this often, for it costs a program. */
  private static final int REBUILD = 10;

  /** Chains that have not thermalised by then never will in a service's lifetime. */
  private static final int LONGEST = 200_000;

  private static final long SLICE_NANOS = 100_000_000;

  private enum Phase {
    SETTLE,
    SEARCH,
    GAUGE,
    RELAX,
    DONE
  }

  private final Phi4 phi4;
  private final ChainAlgorithm algorithm;
  private final FieldShape shape;
  private final Trajectories chains;
  private final double[] absM;
  private Phase phase;
  private StepSize stepSize;
  private Relaxation relaxation;
  private double acceptanceSum;
  private double length;
  private boolean gauged;
  private long gaugeStart;
  private final TrajectoryLength gauge = new TrajectoryLength();

  LatticeChains(Phi4 phi4, ChainAlgorithm algorithm, long seed, Machine machine) {
    this.phi4 = phi4;
    this.algorithm = algorithm;
    shape = new FieldShape(phi4.components(), phi4.extents());
    int count = count(phi4);
    chains = new Trajectories(phi4, algorithm, seed, count, machine);
    absM = new double[count];
    relaxation = new Relaxation(count);
    length = algorithm.length();
    gauged = !algorithm.isLengthAdapted();
    double frequency = phi4.largestFrequency(phi4.siteScale());
    stepSize = search(1 / frequency, SETTLING);
    if (algorithm.isAdjusted()) {
      phase = Phase.SETTLE;
      follow();
    } else {
      phase = Phase.RELAX;
      chains.stepSize(ChainAlgorithm.UNADJUSTED_STEP / frequency, 1);
    }
  }

  private static int count(Phi4 phi4) {
    return phi4.lattice().sites() <= LARGE ? CHAINS : CHAINS_LARGE;
  }

  /** About how many bytes the chains of a theory take. */
  static long bytes(Phi4 phi4, ChainAlgorithm algorithm) {
    int clusters =
        algorithm.signs() == ChainAlgorithm.Signs.OF_CLUSTERS ? ClusterMove.floats(phi4) : 0;
    long floats = FLOATS_PER_VALUE + clusters;
    return floats * Float.BYTES * count(phi4) * phi4.lattice().sites();
  }

  private StepSize search(double start, int trajectories) {
    double largest = length == ChainAlgorithm.ONE_STEP ? Double.MAX_VALUE : length;
    return new StepSize(start, largest, algorithm.acceptance(), trajectories);
  }

  private void follow() {
    double eps = stepSize.current();
    boolean rebuild = chains.count() % REBUILD == 0;
    chains.stepSize(eps, rebuild ? ChainAlgorithm.steps(length, eps) : chains.steps());
  }

  @Override
  public FieldShape shape() {
    return shape;
  }

  @Override
  public int chains() {
    return chains.chains();
  }

  @Override
  public boolean thermalise() {
    // Time decides only how many trajectories a slice holds, not what they are.
    long start = System.nanoTime();
    while (phase != Phase.DONE && System.nanoTime() - start < SLICE_NANOS) {
      chains.advance();
      switch (phase) {
        case SETTLE, SEARCH -> adapt();
        case GAUGE -> gauge();
        case RELAX, DONE -> relax();
      }
      if (chains.count() > LONGEST) {
        throw stuck();
      }
    }
    return phase == Phase.DONE;
  }

  private void adapt() {
    stepSize.add(chains.acceptance());
    if (!stepSize.isDone()) {
      follow();
    } else if (phase == Phase.SETTLE) {
      startSearch(stepSize.current());
    } else {
      double found = stepSize.found();
      int steps = ChainAlgorithm.steps(length, found);
      chains.stepSize(length == ChainAlgorithm.ONE_STEP ? found : length / steps, steps);
      phase = gauged ? Phase.RELAX : Phase.GAUGE;
      gaugeStart = chains.count();
    }
  }

  private void startSearch(double eps) {
    phase = Phase.SEARCH;
    stepSize = search(eps, SEARCH);
  }

  private void gauge() {
    measure();
    long trajectories = chains.count() - gaugeStart;
    if (2 * trajectories > GAUGE) {
      gauge.add(absM);
    }
    if (trajectories == GAUGE) {
      gauged = true;
      length = gauge.best(phi4.lattice().sites(), length, algorithm.longest());
      // Longer trajectories lose more energy at the same step.
      startSearch(chains.eps());
    }
  }

  private void relax() {
    measure();
    acceptanceSum += chains.acceptance();
    relaxation.add(absM, chains.action());
    if (relaxation.isOver()) {
      if (algorithm.isAdjusted() && acceptance() < algorithm.acceptance() - 0.15) {
        // The search ended before the chains were where they are now: once more, from here.
        startSearch(chains.eps());
        relaxation = new Relaxation(chains.chains());
        acceptanceSum = 0;
      } else {
        phase = Phase.DONE;
      }
    }
  }

  private BadTargetException stuck() {
    return new BadTargetException(
        "couplings",
        String.format(
            Locale.ROOT,
            "%s: not thermal after %d trajectories, tau_int about %.3g (expected: a theory with"
                + " shorter autocorrelations)",
            phi4.couplings(),
            chains.count(),
            relaxation.tauInt()));
  }

  private double acceptance() {
    return acceptanceSum / relaxation.length();
  }

  private void measure() {
    int v = phi4.lattice().sites();
    float[] fields = chains.fields();
    for (int c = 0; c < absM.length; c++) {
      double sum = 0;
      for (int x = c * v; x < (c + 1) * v; x++) {
        sum += fields[x];
      }
      absM[c] = Math.abs(sum) / v;
    }
  }

  @Override
  public String thermalisation() {
    return String.format(
        Locale.ROOT,
        "%d chains, %d trajectories each, of %d %s steps of %.4g; acceptance %.3f, tau_int %.3g",
        chains.chains(),
        chains.count(),
        chains.steps(),
        algorithm.integrator().title(),
        chains.eps(),
        acceptance(),
        relaxation.tauInt());
  }

  @Override
  public ChainBatch step() {
    if (phase != Phase.DONE) {
      throw new IllegalStateException("step: before the chains are thermal (expected: after)");
    }
    chains.advance();
    double[] action = chains.action().clone();
    double[] logDensity = new double[action.length];
    for (int c = 0; c < action.length; c++) {
      logDensity[c] = -action[c];
    }
    DrawBatch batch = new DrawBatch(action.length, chains.fields().clone(), action, logDensity);
    return new ChainBatch(batch, chains.accepted().clone());
  }

  /** The chains themselves. */
  Trajectories trajectories() {
    return chains;
  }

  @Override
  public void close() {
    chains.close();
  }
}
