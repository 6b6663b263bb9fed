package org.fieldstream.server.generator.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fieldstream.kernels.machine.Executable;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.monitoring.statistics.Estimate;
import org.fieldstream.server.generator.ChainSource;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.exact.ExactModel;
import org.fieldstream.server.theory.BadTargetException;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.U1;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Markov chains of U(1) gauge theory against the character expansion, and kept equilibrium. */
class GaugeChainsTest {
  private static final long SEED = 815;
  private static final double SIGMAS = 4;
  private static Machine machine;

  @BeforeAll
  static void machine() {
    machine = new VectorMachine(2);
  }

  @AfterAll
  static void close() {
    machine.close();
  }

  private static Target target(int l0, int l1, double beta) {
    return new Target("u1", List.of(l0, l1), Map.of("beta", beta));
  }

  static Stream<Arguments> runs() {
    return Stream.of(
        Arguments.of(ChainModel.hmc(), target(6, 6, 1), 300),
        Arguments.of(ChainModel.hmc(), target(8, 8, 2), 500),
        Arguments.of(ChainModel.hmc(), target(2, 5, 1.5), 300),
        Arguments.of(ChainModel.hmcLeapfrog(), target(4, 4, 1), 400),
        Arguments.of(ChainModel.mala(), target(4, 4, 1), 1500),
        Arguments.of(ChainModel.local(), target(6, 6, 1), 300),
        Arguments.of(ChainModel.local(), target(8, 8, 2), 500),
        Arguments.of(ChainModel.local(), target(5, 7, 1.5), 500),
        Arguments.of(ChainModel.local(), target(4, 4, 0), 200),
        Arguments.of(ChainModel.winding(), target(6, 4, 3), 500),
        Arguments.of(ChainModel.winding(), target(8, 8, 7), 1000));
  }

  @ParameterizedTest
  @MethodSource("runs")
  void everyObservableHasItsExactMean(Model.Chains model, Target target, int steps) {
    U1 u1 = U1.of(target);
    ChainRun run = ChainRun.of(model, target, SEED, steps, machine);
    for (String name : run.names()) {
      double exact = u1.exact().mean(name).orElseThrow();
      Estimate estimate = run.mean(name);
      assertThat(estimate.isWellSampled()).as("%s: %s", name, estimate).isTrue();
      if (estimate.mean() != exact) {
        assertThat(estimate.sigmasFrom(exact, 0))
            .as("%s: %s against %s", name, estimate, exact)
            .isCloseTo(0, within(SIGMAS));
      }
    }
  }

  /** Charges are slow for trajectories and updates, and none of them moves any but slowly. */
  @Test
  void jumpsBetweenSectorsForgetTheCharge() {
    Target target = target(8, 8, 5);
    Estimate slow = ChainRun.of(ChainModel.hmc(), target, SEED, 2000, machine).mean("charge");
    Estimate fast = ChainRun.of(ChainModel.winding(), target, SEED, 500, machine).mean("charge");
    assertThat(fast.tauInt()).isLessThan(10);
    assertThat(slow.tauInt()).isGreaterThan(5 * fast.tauInt());
  }

  /** The chains' actions are those of the links that they hand out, which are all in (-pi, pi]. */
  @ParameterizedTest
  @MethodSource("models")
  void statesAreAnglesWithTheirAction(Model.Chains model) {
    U1 u1 = U1.of(target(6, 5, 2));
    try (ChainSource source = model.open(target(6, 5, 2), SEED, machine)) {
      boolean thermal = false;
      while (!thermal) {
        thermal = source.thermalise();
      }
      assertThat(source.thermalisation()).contains("64 chains, ", "each, of ", "; acceptance 0.");
      ChainSource.ChainBatch step = source.step();
      DrawBatch batch = step.batch();
      for (int c = 0; c < source.chains(); c++) {
        assertThat(batch.action()[c]).isCloseTo(u1.action(batch.fields(), c * 60), within(5e-5));
        assertThat(batch.logDensity()[c]).isEqualTo(-batch.action()[c]);
      }
      for (float link : batch.fields()) {
        assertThat((double) link).isBetween(-Math.PI, Math.PI);
      }
    }
  }

  static Stream<Model> models() {
    return Stream.of(ChainModel.hmc(), ChainModel.local(), ChainModel.winding());
  }

  /**
   * Sweeps of exact draws: no observable drifts. Pairs of before and after share most of their
   * noise, so that a wrong acceptance would show where means alone hide it.
   */
  @ParameterizedTest
  @MethodSource("lattices")
  void sweepsKeepEquilibrium(Target target) {
    U1 u1 = U1.of(target);
    try (Executable executable = machine.load(Sweeps.program(u1, 1))) {
      Drift drift = new Drift(u1);
      drift.measure(
          target,
          (fields, action, seed) -> {
            Lanes lanes = new Lanes(executable.program(), action.length);
            System.arraycopy(fields, 0, lanes.input(0), 0, fields.length);
            Arrays.fill(lanes.seeds(), seed);
            Arrays.setAll(lanes.indices(), i -> i);
            lanes.parameters()[0] = 1.5f;
            executable.run(lanes);
            System.arraycopy(lanes.output(0), 0, fields, 0, fields.length);
          });
      drift.check();
    }
  }

  @ParameterizedTest
  @MethodSource("lattices")
  void jumpsKeepEquilibrium(Target target) {
    U1 u1 = U1.of(target);
    Drift drift = new Drift(u1);
    drift.measure(
        target,
        (fields, action, seed) -> {
          try (Move move = new SectorMove(u1, ChainSeeds.of(seed, action.length), machine)) {
            move.run(1, fields, action);
          }
        });
    drift.check();
  }

  static Stream<Target> lattices() {
    return Stream.of(target(4, 4, 1), target(3, 5, 2), target(2, 2, 0.7), target(8, 6, 4));
  }

  /** Something that moves configurations. */
  private interface Kernel {
    void move(float[] fields, double[] action, long seed);
  }

  /** Changes of observables under a kernel, from exact draws. */
  private static final class Drift {
    private static final int BATCHES = 24;
    private static final int LANES = 256;
    private final U1 u1;
    private final double[] sum;
    private final double[] squares;

    Drift(U1 u1) {
      this.u1 = u1;
      sum = new double[u1.observables().size()];
      squares = new double[sum.length];
    }

    void measure(Target target, Kernel kernel) {
      double[] before = new double[sum.length];
      double[] after = new double[sum.length];
      int size = 2 * u1.sites();
      try (DrawSource source = new ExactModel().open(target, machine)) {
        for (int b = 0; b < BATCHES; b++) {
          long[] seeds = new long[LANES];
          long[] indices = new long[LANES];
          Arrays.fill(seeds, SEED);
          int first = b * LANES;
          Arrays.setAll(indices, i -> first + i);
          DrawBatch batch = source.draw(seeds, indices, LANES);
          float[] fields = batch.fields().clone();
          kernel.move(fields, batch.action().clone(), b);
          for (int i = 0; i < LANES; i++) {
            u1.observe(batch.fields(), i * size, u1.action(batch.fields(), i * size), before);
            u1.observe(fields, i * size, u1.action(fields, i * size), after);
            for (int o = 0; o < sum.length; o++) {
              double change = after[o] - before[o];
              sum[o] += change;
              squares[o] += change * change;
            }
          }
        }
      }
    }

    void check() {
      int moved = 0;
      for (int o = 0; o < sum.length; o++) {
        double error = Math.sqrt(squares[o]);
        moved += error > 1e-3 ? 1 : 0;
        assertThat(sum[o])
            .as("drift of %s, error %s", u1.observables().get(o), error)
            .isCloseTo(0, within(SIGMAS * error + 1e-6 * BATCHES * LANES));
      }
      assertThat(moved).as("observables that change at all").isGreaterThan(4);
    }
  }

  @Test
  void theoriesThatAnAlgorithmCannotMoveAreRefused() {
    Target scalar = new Target("phi4", List.of(4, 4), Map.of("m2", 1.0, "lambda", 0.0));
    for (Model.Chains model : List.of(ChainModel.local(), ChainModel.winding())) {
      assertThatThrownBy(() -> model.resolve(scalar))
          .isInstanceOf(BadTargetException.class)
          .hasMessage("theory: phi4 (expected: u1)");
    }
    assertThatThrownBy(() -> ChainModel.cluster().resolve(target(4, 4, 1)))
        .hasMessage("theory: u1 (expected: phi4)");
    assertThatThrownBy(() -> ChainModel.hmc().resolve(null))
        .hasMessage("theory: none named (expected: phi4 or u1, with extents and couplings)");
    assertThat(ChainModel.hmc().resolve(target(4, 6, 2))).isEqualTo(target(4, 6, 2));
    assertThat(ChainModel.hmc().bytes(target(4, 4, 1))).isEqualTo(16L * 2 * 16 * 64 * Float.BYTES);
  }
}
