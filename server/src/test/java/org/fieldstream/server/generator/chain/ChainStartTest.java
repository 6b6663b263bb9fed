package org.fieldstream.server.generator.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.MachineKind;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.monitoring.statistics.Estimate;
import org.fieldstream.monitoring.statistics.GammaMethod;
import org.fieldstream.server.generator.ChainSource;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.exact.ExactModel;
import org.fieldstream.server.testing.FaultyMachine;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.U1;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chains that start from thermal configurations. */
final class ChainStartTest {
  private static final double SIGMAS = 4;

  /** Trajectories do not change the charge here in the time that a test has. */
  private static final Target FROZEN = new Target("u1", List.of(6, 6), Map.of("beta", 8.0));

  /** Exact draws, counted. */
  private static final class Draws implements ChainStart, AutoCloseable {
    private final DrawSource source;
    private final long seed;
    private int given;

    Draws(long seed, Machine machine) {
      this.seed = seed;
      source = new ExactModel().open(FROZEN, machine);
    }

    @Override
    public void next(float[] fields, int offset) {
      System.arraycopy(draw(given++), 0, fields, offset, source.shape().size());
    }

    float[] draw(int index) {
      return source.draw(new long[] {seed}, new long[] {index}, 1).fields();
    }

    @Override
    public void close() {
      source.close();
    }
  }

  /** At once, and later on: charge and plaquette are those of the theory. */
  @Test
  void nothingHasToBeForgotten() {
    U1 u1 = U1.of(FROZEN);
    int runs = 6;
    int charge = u1.observables().indexOf("chi_q");
    int plaquette = u1.observables().indexOf("plaquette");
    double[] now = new double[u1.observables().size()];
    try (Machine machine = new VectorMachine(1)) {
      double[][][] seen = new double[2][2][];
      for (int run = 0; run < runs; run++) {
        try (Draws draws = new Draws(run, machine);
            ChainSource chains = ChainModel.hmc().open(FROZEN, 100 + run, draws, machine)) {
          int n = chains.chains();
          assertThat(draws.given).isEqualTo(n);
          boolean over = false;
          while (!over) {
            over = chains.thermalise();
          }
          assertThat(draws.given).isEqualTo(2 * n);
          for (int step = 0; step < 10; step++) {
            ChainSource.ChainBatch batch = chains.step();
            if (step != 0 && step != 9) {
              continue;
            }
            for (int o = 0; o < 2; o++) {
              double[][] at = seen[step == 0 ? 0 : 1];
              at[o] = at[o] == null ? new double[runs * n] : at[o];
            }
            for (int c = 0; c < n; c++) {
              u1.observe(
                  batch.batch().fields(),
                  c * chains.shape().size(),
                  batch.batch().action()[c],
                  now);
              seen[step == 0 ? 0 : 1][0][run * n + c] = now[charge];
              seen[step == 0 ? 0 : 1][1][run * n + c] = now[plaquette];
            }
          }
          assertThat(chains.thermalisation())
              .startsWith(n + " chains from thermal configurations, ")
              .containsPattern("acceptance 0\\.[6-9]\\d\\d$");
        }
      }
      for (double[][] at : seen) {
        agrees(at[0], u1.exact().mean("chi_q").orElseThrow());
        agrees(at[1], u1.exact().mean("plaquette").orElseThrow());
      }
    }
  }

  private static void agrees(double[] values, double exact) {
    Estimate estimate = new GammaMethod().mean(values);
    assertThat(estimate.error()).isPositive();
    assertThat(estimate.sigmasFrom(exact, 0)).isBetween(-SIGMAS, SIGMAS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "winding"})
  void allExactAlgorithmsCan(String id) {
    ChainModel model =
        (ChainModel)
            ChainModel.all().stream().filter(m -> m.id().equals(id)).findFirst().orElseThrow();
    try (Machine machine = new VectorMachine(1);
        Draws draws = new Draws(1, machine);
        ChainSource chains = model.open(FROZEN, 1, draws, machine)) {
      boolean over = false;
      while (!over) {
        over = chains.thermalise();
      }
      assertThat(draws.given).isEqualTo(2 * chains.chains());
      assertThat(chains.step().batch().action()[0]).isFinite();
    }
  }

  /** Other configurations, the same step size. */
  @ParameterizedTest
  @ValueSource(strings = {"hmc", "local"})
  void chainsStartOver(String id) {
    ChainModel model =
        (ChainModel)
            ChainModel.all().stream().filter(m -> m.id().equals(id)).findFirst().orElseThrow();
    try (Machine machine = new VectorMachine(1);
        Draws draws = new Draws(1, machine);
        StartedChains chains = model.open(FROZEN, 1, draws, machine)) {
      assertThatThrownBy(chains::startOver)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("not thermal");
      boolean over = false;
      while (!over) {
        over = chains.thermalise();
      }
      String before = chains.thermalisation().replaceFirst("acceptance.*", "");
      U1 u1 = U1.of(FROZEN);
      for (int round = 0; round < 3; round++) {
        int first = draws.given;
        chains.startOver();
        assertThat(draws.given).isEqualTo(first + chains.chains());
        float[] states = chains.step().batch().fields();
        int size = chains.shape().size();
        for (int c = 0; c < chains.chains(); c++) {
          // The charge stands still: it is that of the draw that the chain started from.
          float[] drawn = draws.draw(first + c);
          assertThat(charge(u1, states, c * size)).isEqualTo(charge(u1, drawn, 0));
        }
      }
      String after = chains.thermalisation().replaceFirst("acceptance.*", "");
      // "64 chains from ..., 373 trajectories of 5 steps ...": all but how many.
      assertThat(after.replaceFirst(", \\d+ ", ", "))
          .isEqualTo(before.replaceFirst(", \\d+ ", ", "));
    }
  }

  private static double charge(U1 u1, float[] fields, int offset) {
    double[] into = new double[u1.observables().size()];
    u1.observe(fields, offset, 0, into);
    return Math.rint(into[u1.observables().indexOf("charge")]);
  }

  /** Neither trajectories nor jumps between sectors stay on the machine. */
  @Test
  void aStartThatFailsLeavesNothingOpen() {
    FaultyMachine machine = new FaultyMachine(MachineKind.VECTOR);
    for (ChainModel model : List.of(ChainModel.hmc(), ChainModel.winding(), ChainModel.local())) {
      assertThatThrownBy(
              () ->
                  model.open(
                      FROZEN,
                      1,
                      (fields, offset) -> {
                        throw new IllegalStateException("start: no configuration");
                      },
                      machine))
          .hasMessage("start: no configuration");
      assertThat(machine.open()).as(model.id()).isZero();
    }
    machine.close();
  }

  @Test
  void anAlgorithmThatIsNotExactHasNoUseForThem() {
    try (Machine machine = new VectorMachine(1)) {
      assertThatThrownBy(
              () -> ChainModel.langevin().open(FROZEN, 1, (fields, offset) -> {}, machine))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("start: for langevin (expected: an algorithm that is exact)");
    }
  }
}
