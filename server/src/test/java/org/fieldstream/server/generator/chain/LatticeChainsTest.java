package org.fieldstream.server.generator.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.monitoring.statistics.DerivedQuantities;
import org.fieldstream.monitoring.statistics.Estimate;
import org.fieldstream.monitoring.statistics.GammaMethod;
import org.fieldstream.server.generator.ChainSource;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.Target;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Chains against independent results, and what they promise about seeds and machines. */
class LatticeChainsTest {
  private static final long SEED = 4711;
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

  private static Target interacting(int l, double lambda) {
    return new Target("phi4", List.of(l, l), Map.of("m2", -4.0, "lambda", lambda));
  }

  private static Target free(Integer... extents) {
    return new Target("phi4", List.of(extents), Map.of("m2", 1.0, "lambda", 0.0));
  }

  private static Target gauge(int l0, int l1, double beta) {
    return new Target("u1", List.of(l0, l1), Map.of("beta", beta));
  }

  static Stream<Model.Chains> exact() {
    return Stream.of(
        ChainModel.cluster(), ChainModel.hmc(), ChainModel.hmcLeapfrog(), ChainModel.mala());
  }

  /** Values of an independent cluster algorithm, {value, error}; see resources/reference. */
  @Test
  void hmcAgreesWithTheClusterAlgorithmOnSixSquared() {
    ChainRun run = ChainRun.of(ChainModel.hmc(), interacting(6, 6.975), SEED, 1500, machine);
    compare(run, 36, SIX);
  }

  @Test
  void hmcAgreesWithTheClusterAlgorithmOnEightSquared() {
    ChainRun run = ChainRun.of(ChainModel.hmc(), interacting(8, 6.008), SEED, 1500, machine);
    compare(run, 64, EIGHT);
  }

  @Test
  void clustersAgreeWithTheOtherClusterProgram() {
    ChainRun six = ChainRun.of(ChainModel.cluster(), interacting(6, 6.975), SEED, 1500, machine);
    compare(six, 36, SIX);
    ChainRun eight = ChainRun.of(ChainModel.cluster(), interacting(8, 6.008), SEED, 1500, machine);
    compare(eight, 64, EIGHT);
    ChainRun sixteen = ChainRun.of(ChainModel.cluster(), interacting(16, 4.98), SEED, 500, machine);
    compare(sixteen, 256, SIXTEEN);
  }

  /** Both signs of the magnetisation, from one step to the next, in every phase. */
  @ParameterizedTest
  @ValueSource(doubles = {4.5, 6.008, 9})
  void clustersForgetTheSignAtOnce(double lambda) {
    ChainRun run = ChainRun.of(ChainModel.cluster(), interacting(8, lambda), SEED, 600, machine);
    Estimate m = run.mean("m");
    assertThat(m.tauInt()).isLessThan(0.6);
    close("m", m, new double[] {0, 0});
  }

  /** lambda kappa^2 = lambda_h, (2D + m2) kappa = 1 - 2 lambda_h; phi_mass^2 = kappa phi_hop^2. */
  @Test
  void clustersGiveTheSameTheoryInBothForms() {
    double kappa = 0.25;
    double lambdaH = 0.3;
    Target hopping =
        new Target("phi4", List.of(4, 4, 4), Map.of("kappa", kappa, "lambda_h", lambdaH));
    Target mass =
        new Target(
            "phi4",
            List.of(4, 4, 4),
            Map.of("m2", (1 - 2 * lambdaH) / kappa - 6, "lambda", lambdaH / (kappa * kappa)));
    ChainRun one = ChainRun.of(ChainModel.cluster(), hopping, SEED, 1000, machine);
    ChainRun two = ChainRun.of(ChainModel.cluster(), mass, SEED + 1, 1000, machine);
    for (String square : List.of("phi2", "m2", "f_min")) {
      Estimate reference = two.mean(square);
      close(
          square,
          one.mean(square),
          new double[] {reference.mean() / kappa, reference.error() / kappa});
    }
  }

  /** phi2, |m|, action per site, chi, U4. */
  private static void compare(ChainRun run, int volume, double[][] reference) {
    close("phi2", run.mean("phi2"), reference[0]);
    close("abs_m", run.mean("abs_m"), reference[1]);
    close("action_per_site", run.mean("action_per_site"), reference[2]);
    close("chi", run.derived(DerivedQuantities.susceptibility(volume), "m2"), reference[3]);
    close("U4", run.derived(DerivedQuantities.binderCumulant(), "m2", "m4"), reference[4]);
  }

  private static final double[][] SIX = {
    {0.16136921, 3.3e-05},
    {0.1414715, 8.1e-05},
    {0.13328576, 8.3e-05},
    {1.0624397, 0.0011},
    {0.19296472, 0.0005}
  };
  private static final double[][] EIGHT = {
    {0.18382414, 3.9e-05},
    {0.14204212, 0.00012},
    {0.098940321, 8.2e-05},
    {1.8927386, 0.0029},
    {0.20841022, 0.00067}
  };

  private static final double[][] SIXTEEN = {
    {0.22572995, 6.9e-05},
    {0.13613556, 0.00027},
    {0.02143014, 0.00014},
    {6.89969, 0.023},
    {0.22776441, 0.0019}
  };

  private static void close(String name, Estimate estimate, double[] reference) {
    assertThat(estimate.isWellSampled()).as("%s: %s", name, estimate).isTrue();
    assertThat(estimate.sigmasFrom(reference[0], reference[1]))
        .as("%s: %s against %s +- %s", name, estimate, reference[0], reference[1])
        .isCloseTo(0, within(SIGMAS));
  }

  @ParameterizedTest
  @MethodSource("exact")
  void theFreeFieldHasItsExactMoments(Model.Chains model) {
    Target target = free(4, 4);
    ChainRun run = ChainRun.of(model, target, SEED, 3000, machine);
    close("phi2", run.mean("phi2"), new double[] {freePhi2(Phi4.of(target), 0), 0});
    // chi = V <m^2> = G(0) = 1 / (2 m2).
    close("chi", run.derived(DerivedQuantities.susceptibility(16), "m2"), new double[] {0.5, 0});
    close("action_per_site", run.mean("action_per_site"), new double[] {0.5, 0});
  }

  /**
   * &lt;phi^2&gt; of the free field under unadjusted Langevin steps h: each mode is an
   * autoregression of variance 1/(2e) / (1 - h^2 e / 2).
   */
  private static double freePhi2(Phi4 phi4, double h) {
    int v = phi4.lattice().sites();
    double sum = 0;
    for (int k = 0; k < v; k++) {
      double e = phi4.eigenvalue(phi4.lattice().khat2(k));
      sum += 1 / (2 * e) / (1 - h * h * e / 2);
    }
    return sum / v;
  }

  @Test
  void theBiasOfUnadjustedLangevinIsThatOfItsStep() {
    Phi4 phi4 = Phi4.of(free(4, 4));
    double large = 0.4;
    double small = 0.2;
    Estimate coarse = unadjusted(phi4, large, 3000);
    Estimate fine = unadjusted(phi4, small, 6000);
    close("h = 0.4", coarse, new double[] {freePhi2(phi4, large), 0});
    close("h = 0.2", fine, new double[] {freePhi2(phi4, small), 0});
    double exact = freePhi2(phi4, 0);
    assertThat(coarse.sigmasFrom(exact, 0)).as("bias at h = 0.4, in sigma").isGreaterThan(10);
    assertThat(fine.mean() - exact).isBetween(0.0, (coarse.mean() - exact) / 2);
  }

  private static Estimate unadjusted(Phi4 phi4, double h, int steps) {
    ChainAlgorithm algorithm = ChainAlgorithm.langevin();
    try (Trajectories chains =
        new Trajectories(phi4, algorithm, Integrator.LEAPFROG, SEED, 64, machine)) {
      chains.stepSize(h, 1);
      double[] now = new double[phi4.observables().size()];
      double[][] phi2 = new double[64][steps];
      for (int i = -500; i < steps; i++) {
        chains.advance();
        for (int c = 0; c < 64 && i >= 0; c++) {
          phi4.observe(chains.fields(), c * phi4.lattice().sites(), 0, now);
          phi2[c][i] = now[0];
        }
      }
      return new GammaMethod().mean(phi2);
    }
  }

  @ParameterizedTest
  @MethodSource("exact")
  void theMeanOfExpOfMinusEnergyErrorIsOne(Model.Chains model) {
    // Liouville's theorem and reversibility: M. Creutz, Phys. Rev. D 38 (1988) 1228.
    try (LatticeChains source = (LatticeChains) model.open(interacting(6, 6.975), SEED, machine)) {
      thermalise(source);
      double[][] weights = new double[source.chains()][2000];
      for (int i = 0; i < 2000; i++) {
        source.step();
        double[] deltaH = ((Trajectories) source.lanes()).deltaH();
        for (int c = 0; c < weights.length; c++) {
          weights[c][i] = Math.exp(-deltaH[c]);
        }
      }
      Estimate mean = new GammaMethod().mean(weights);
      assertThat(mean.error()).isBetween(1e-5, 0.02);
      assertThat(mean.sigmasFrom(1, 0)).as("%s", mean).isCloseTo(0, within(SIGMAS));
    }
  }

  @Test
  void theSameSeedGivesTheSameBitsOnAnyNumberOfThreads() {
    for (Model model : ChainModel.all()) {
      Model.Chains chains = (Model.Chains) model;
      Target target =
          model.facts().get("theory").contains("phi4") ? interacting(4, 6.0) : gauge(4, 4, 2.0);
      try (Machine one = new VectorMachine(1)) {
        ChainSource.ChainBatch a = tenth(chains, target, SEED, one);
        ChainSource.ChainBatch b = tenth(chains, target, SEED, machine);
        ChainSource.ChainBatch other = tenth(chains, target, SEED + 1, machine);
        assertThat(b.batch().fields()).as(model.id()).isEqualTo(a.batch().fields());
        assertThat(b.batch().action()).isEqualTo(a.batch().action());
        assertThat(b.accepted()).isEqualTo(a.accepted());
        assertThat(other.batch().fields()).isNotEqualTo(a.batch().fields());
      }
    }
  }

  private static ChainSource.ChainBatch tenth(
      Model.Chains model, Target target, long seed, Machine on) {
    try (ChainSource source = model.open(target, seed, on)) {
      thermalise(source);
      for (int i = 0; i < 9; i++) {
        source.step();
      }
      return source.step();
    }
  }

  @Test
  void chainsReportTheirThermalisation() {
    try (ChainSource source = ChainModel.hmc().open(interacting(6, 6.975), SEED, machine)) {
      assertThatThrownBy(source::step).isInstanceOf(IllegalStateException.class);
      thermalise(source);
      assertThat(source.thermalisation())
          .matches(
              "64 chains, \\d{3,} trajectories each, of \\d+ minimum-norm steps of 0\\.\\d+;"
                  + " acceptance 0\\.[89]\\d+, tau_int \\d.*");
      ChainSource.ChainBatch step = source.step();
      Phi4 phi4 = Phi4.of(interacting(6, 6.975));
      for (int c = 0; c < source.chains(); c++) {
        assertThat(step.batch().action()[c])
            .isCloseTo(phi4.action(step.batch().fields(), c * 36), within(1e-4));
        assertThat(step.batch().logDensity()[c]).isEqualTo(-step.batch().action()[c]);
      }
    }
  }

  @Test
  void chainsRunInOneThreeAndFourDimensionsAndInTheHoppingForm() {
    for (List<Integer> extents : List.of(List.of(6), List.of(2, 3, 4), List.of(2, 2, 2, 3))) {
      Target target = new Target("phi4", extents, Map.of("m2", 1.0, "lambda", 0.0));
      for (Model.Chains model : List.of(ChainModel.hmc(), ChainModel.cluster())) {
        ChainRun run = ChainRun.of(model, target, SEED, 1000, machine);
        close("phi2", run.mean("phi2"), new double[] {freePhi2(Phi4.of(target), 0), 0});
      }
    }
    Target hopping = new Target("phi4", List.of(4, 4), Map.of("kappa", 0.2, "lambda_h", 0.0));
    for (Model.Chains model : List.of(ChainModel.hmc(), ChainModel.cluster())) {
      ChainRun run = ChainRun.of(model, hopping, SEED, 1000, machine);
      close("phi2", run.mean("phi2"), new double[] {freePhi2(Phi4.of(hopping), 0), 0});
    }
  }

  @Test
  void modelsSayWhatTheyAre() {
    assertThat(ChainModel.all())
        .extracting(Model::id)
        .containsExactly("cluster", "hmc", "hmc-leapfrog", "langevin", "local", "mala", "winding");
    assertThat(ChainModel.all()).extracting(Model::digest).doesNotHaveDuplicates();
    assertThat(ChainModel.cluster().generator()).isEqualTo("cluster");
    assertThat(ChainModel.cluster().exactness()).containsExactly(Exactness.METROPOLIS);
    assertThat(ChainModel.hmc().exactness()).containsExactly(Exactness.METROPOLIS);
    assertThat(ChainModel.mala().exactness()).containsExactly(Exactness.LANGEVIN_ADJUSTED);
    assertThat(ChainModel.langevin().exactness()).containsExactly(Exactness.RAW);
  }

  private static void thermalise(ChainSource source) {
    boolean done = false;
    while (!done) {
      done = source.thermalise();
    }
  }
}
