package org.fieldstream.server.generator.chain;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.FieldShape;
import org.fieldstream.server.theory.BadTargetException;
import org.fieldstream.server.theory.Dynamics;
import org.fieldstream.server.theory.Winding;
import org.jspecify.annotations.Nullable;

/**
 * Independent chains from a hot start: first step size and trajectory length are adapted, then they
 * are frozen and the chains run until {@link Relaxation} says they have forgotten their start.
 * Chains of a theory with sectors jump between these until then, lest they keep those of a hot
 * start.
 *
 * <p>From a {@link ChainStart} there is nothing to forget: its configurations are distributed by
 * exp(-S), and each step leaves that distribution as it is, so all states are, from the first on,
 * however slow the chain. Step size and length are adapted to chains from there; then all start
 * over from other configurations of it, which are as independent of what was adapted to, and the
 * chains of each other, as the start makes them.
 */
final class LatticeChains implements StartedChains {
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

  private final Dynamics theory;
  private final ChainAlgorithm algorithm;
  private final FieldShape shape;
  private final ChainLanes chains;
  private final double[] slow;

  /** What is done after each step, always or only until the chains are thermal. */
  private final List<Move> moves = new ArrayList<>();

  private final boolean movesForGood;
  private final @Nullable ChainStart start;
  private Phase phase;
  private StepSize stepSize;
  private Relaxation relaxation;
  private double acceptanceSum;
  private long acceptanceCount;
  private double length;
  private boolean gauged;
  private long gaugeStart;
  private final TrajectoryLength gauge = new TrajectoryLength();

  /**
   * Chains.
   *
   * @param start where they start; null for random fields, from which they have to get away first
   */
  LatticeChains(
      Dynamics theory,
      ChainAlgorithm algorithm,
      long seed,
      @Nullable ChainStart start,
      Machine machine) {
    this.theory = theory;
    this.algorithm = algorithm;
    this.start = start;
    shape = new FieldShape(theory.components(), theory.extents());
    int count = count(theory);
    chains = algorithm.scheme().open(theory, algorithm, seed, count, machine);
    movesForGood = algorithm.between() != Between.NOTHING;
    slow = new double[count];
    relaxation = new Relaxation(count);
    length = algorithm.length();
    gauged = !algorithm.isLengthAdapted();
    stepSize = search(algorithm.scheme().start(theory), SETTLING);
    phase = algorithm.isAdjusted() ? Phase.SETTLE : Phase.RELAX;
    try {
      move(algorithm, theory)
          .open(theory, ChainSeeds.of(seed, count), machine)
          .ifPresent(moves::add);
      begin();
      if (algorithm.isAdjusted()) {
        follow();
      } else {
        chains.stepSize(ChainAlgorithm.UNADJUSTED_STEP / theory.largestFrequency(), 1);
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** The algorithm's own move, or jumps between sectors while thermalising. */
  private static Between move(ChainAlgorithm algorithm, Dynamics theory) {
    return algorithm.between() == Between.NOTHING && theory instanceof Winding
        ? Between.SECTORS
        : algorithm.between();
  }

  /** Puts all chains where the start says. */
  private void begin() {
    if (start != null) {
      for (int c = 0; c < chains.action().length; c++) {
        start.next(chains.fields(), c * shape.size());
        chains.action()[c] = theory.action(chains.fields(), c * shape.size());
      }
    }
  }

  private static int count(Dynamics theory) {
    return theory.sites() <= LARGE ? CHAINS : CHAINS_LARGE;
  }

  /** About how many bytes the chains of a theory take. */
  static long bytes(Dynamics theory, ChainAlgorithm algorithm) {
    long floats = FLOATS_PER_VALUE + move(algorithm, theory).floats(theory);
    return floats * Float.BYTES * count(theory) * theory.components() * theory.sites();
  }

  private StepSize search(double start, int trajectories) {
    double largest =
        length == ChainAlgorithm.ONE_STEP ? algorithm.scheme().largest(theory) : length;
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
    return slow.length;
  }

  @Override
  public boolean thermalise() {
    // Time decides only how many trajectories a slice holds, not what they are.
    long start = System.nanoTime();
    while (phase != Phase.DONE && System.nanoTime() - start < SLICE_NANOS) {
      advance();
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
      gaugeStart = chains.count();
      if (!gauged) {
        phase = Phase.GAUGE;
      } else if (start == null) {
        phase = Phase.RELAX;
      } else {
        begin();
        finish();
      }
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
      gauge.add(slow);
    }
    if (trajectories == GAUGE) {
      gauged = true;
      length = gauge.best(theory, length, algorithm.longest());
      // Longer trajectories lose more energy at the same step.
      startSearch(chains.eps());
    }
  }

  private void relax() {
    measure();
    countAcceptance();
    relaxation.add(slow, chains.action());
    if (relaxation.isOver()) {
      if (algorithm.isAdjusted() && acceptance() < algorithm.acceptance() - 0.15) {
        // The search ended before the chains were where they are now: once more, from here.
        startSearch(chains.eps());
        relaxation = new Relaxation(chains());
        acceptanceSum = 0;
        acceptanceCount = 0;
      } else {
        finish();
      }
    }
  }

  private void finish() {
    phase = Phase.DONE;
    if (!movesForGood) {
      closeMoves();
    }
  }

  private void countAcceptance() {
    acceptanceSum += chains.acceptance();
    acceptanceCount++;
  }

  private BadTargetException stuck() {
    return new BadTargetException(
        "couplings",
        String.format(
            Locale.ROOT,
            "%s: not thermal after %d steps, tau_int about %.3g (expected: a theory with"
                + " shorter autocorrelations)",
            theory.couplings(),
            chains.count(),
            relaxation.tauInt()));
  }

  private double acceptance() {
    return acceptanceSum / acceptanceCount;
  }

  /** Moves all chains by one step, thermal or not. */
  void advance() {
    chains.advance();
    for (Move move : moves) {
      move.run(chains.count(), chains.fields(), chains.action());
    }
  }

  private void measure() {
    for (int c = 0; c < slow.length; c++) {
      slow[c] = theory.slow(chains.fields(), c * shape.size());
    }
  }

  @Override
  public String thermalisation() {
    if (start != null) {
      return String.format(
          Locale.ROOT,
          "%d chains from thermal configurations, %d %s; acceptance %.3f",
          chains(),
          chains.count(),
          chains.describe(),
          acceptance());
    }
    return String.format(
        Locale.ROOT,
        "%d chains, %d %s; acceptance %.3f, tau_int %.3g",
        chains(),
        chains.count(),
        chains.describe(),
        acceptance(),
        relaxation.tauInt());
  }

  @Override
  public void startOver() {
    if (start == null || phase != Phase.DONE) {
      throw new IllegalStateException(
          "startOver: of chains with no start, or not thermal (expected: thermal ones with one)");
    }
    begin();
  }

  @Override
  public ChainBatch step() {
    if (phase != Phase.DONE) {
      throw new IllegalStateException("step: before the chains are thermal (expected: after)");
    }
    advance();
    if (start != null) {
      countAcceptance();
    }
    double[] action = chains.action().clone();
    double[] logDensity = new double[action.length];
    for (int c = 0; c < action.length; c++) {
      logDensity[c] = -action[c];
    }
    DrawBatch batch = new DrawBatch(action.length, chains.fields().clone(), action, logDensity);
    return new ChainBatch(batch, chains.accepted().clone());
  }

  /** The larger of tau_int(|m|) and tau_int(S), in steps, as the thermalisation last saw it. */
  double tauInt() {
    return relaxation.tauInt();
  }

  /** The chains themselves. */
  ChainLanes lanes() {
    return chains;
  }

  private void closeMoves() {
    moves.forEach(Move::close);
    moves.clear();
  }

  @Override
  public void close() {
    closeMoves();
    chains.close();
  }
}
