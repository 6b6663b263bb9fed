package org.fieldstream.server.generator.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.fieldstream.monitoring.exact.ChargeDistribution;
import org.fieldstream.server.generator.DensitySource;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.U1;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The plaquette flow with weights that nobody trained: its Jacobian, its inverse, its base, and
 * that its weights make any of its draws exact.
 */
class PlaquetteFlowTest {
  private static final double SIGMAS = 4;
  private static final PlaquetteShape PLAIN = new PlaquetteShape(3, 4, PlaquetteShape.Range.NONE);
  private static final PlaquetteShape WIDE =
      new PlaquetteShape(2, 3, new PlaquetteShape.Range(2, 0.5, 8));

  private static Target target(int l0, int l1, double beta) {
    return new Target("u1", List.of(l0, l1), Map.of("beta", beta));
  }

  private static Flow flow(PlaquetteShape shape, int l0, int l1, double beta) {
    return shape.on(FlowTheory.of(target(l0, l1, beta)));
  }

  static Stream<Flow> flows() {
    return Stream.of(flow(PLAIN, 3, 4, 2), flow(WIDE, 3, 3, 0.5), flow(WIDE, 4, 4, 3));
  }

  /** Angles anywhere, with a sum of 2 pi Q. */
  private static double[] angles(int sites, int charge, long seed) {
    Random random = new Random(seed);
    double[] z = new double[sites];
    Arrays.setAll(z, i -> Math.PI * (2 * random.nextDouble() - 1));
    double excess = (Arrays.stream(z).sum() - 2 * Math.PI * charge) / sites;
    Arrays.setAll(z, i -> z[i] - excess);
    return z;
  }

  @ParameterizedTest
  @MethodSource("flows")
  void theJacobianIsThatOfTheMap(Flow flow) {
    for (long seed = 1; seed <= 4; seed++) {
      FlowProbe probe = new FlowProbe(flow, false, false).at(FlowProbe.moved(flow, seed));
      double[] z = angles(flow.lattice().sites(), (int) seed - 2, seed);
      assertThat(probe.logJacobian(z)).isCloseTo(probe.numericalLogJacobian(z, 1e-3), within(1e-7));
    }
  }

  @ParameterizedTest
  @MethodSource("flows")
  void theSumIsKeptAndFullTurnsChangeNothing(Flow flow) {
    FlowProbe probe = new FlowProbe(flow, false, false).at(FlowProbe.moved(flow, 3));
    double[] z = angles(flow.lattice().sites(), 1, 5);
    double[] phi = probe.phi(z);
    assertThat(Arrays.stream(phi).sum()).isCloseTo(2 * Math.PI, within(1e-9));
    double[] turned = z.clone();
    turned[0] += 2 * Math.PI;
    turned[4] -= 2 * Math.PI;
    double[] other = probe.phi(turned);
    for (int i = 0; i < phi.length; i++) {
      double turns = (other[i] - phi[i]) / (2 * Math.PI);
      assertThat(turns).isCloseTo(i == 0 ? 1 : i == 4 ? -1 : 0, within(1e-9));
    }
    assertThat(probe.logJacobian(turned)).isCloseTo(probe.logJacobian(z), within(1e-9));
  }

  @ParameterizedTest
  @MethodSource("flows")
  void theInverseLeadsBackWhateverTheWeights(Flow flow) {
    Random random = new Random(6);
    for (double size : new double[] {0.1, 0.5, 3}) {
      double[] theta = flow.initial(1);
      Arrays.setAll(theta, i -> theta[i] + size * random.nextGaussian());
      FlowProbe probe = new FlowProbe(flow, false, false).at(theta);
      double[] z = angles(flow.lattice().sites(), 0, 8);
      Flow.Inverse inverse = flow.inverse(theta);
      assertThat(inverse).isNotNull();
      double[] found = inverse.normals(probe.phi(z));
      for (int i = 0; i < z.length; i++) {
        // The least slope of three layers is 1e-6; so much is lost where all are as steep.
        assertThat(found[i]).as("z[%d], size %s", i, size).isCloseTo(z[i], within(1e-7));
      }
      assertThat(inverse.normals(new double[z.length])).containsOnly(0.0);
    }
  }

  @Test
  void weightsOfAnySizeKeepTheSlopePositive() {
    Random random = new Random(2);
    PlaquetteMap map = new PlaquetteMap(PLAIN, 2);
    for (int n = 0; n < 200; n++) {
      double[] theta = new double[12];
      Arrays.setAll(theta, i -> 3 * random.nextGaussian());
      for (double[] layer : map.weights(theta)) {
        for (double t = -Math.PI; t <= Math.PI; t += 0.01) {
          double slope = 1;
          for (int k = 1; k <= layer.length; k++) {
            slope += k * layer[k - 1] * Math.cos(k * t);
          }
          assertThat(slope).isGreaterThan(PlaquetteMap.LEAST_SLOPE - 1e-6);
        }
      }
    }
  }

  /** Draws of the base alone, through a program that does nothing with them. */
  @Test
  void theBaseHasTheChargesOfTheTheoryAndUniformAnglesOtherwise() {
    int sites = 36;
    int draws = 20_000;
    double beta = 3;
    SectorBase base = new SectorBase(sites, beta);
    ProgramBuilder b = new ProgramBuilder();
    Value z = base.add(b);
    base.tell(b, z);
    b.output("z", z);
    Program program = b.build();
    Lanes lanes = new Lanes(program, draws);
    Arrays.fill(lanes.seeds(), 77);
    Arrays.setAll(lanes.indices(), i -> i);
    int[] counts = new int[sites];
    double[] fourier = new double[3];
    try (Base.Draws source = base.open(program, 2)) {
      source.prepare(lanes, draws);
      for (int lane = 0; lane < draws; lane++) {
        double[] angles = new double[sites];
        int at = lane * sites;
        Arrays.setAll(angles, x -> lanes.input(0)[at + x]);
        double turns = Arrays.stream(angles).sum() / (2 * Math.PI);
        assertThat(turns).isCloseTo(Math.rint(turns), within(1e-5));
        counts[(int) Math.abs(Math.rint(turns))]++;
        assertThat(source.logDensity(lanes, lane)).isEqualTo(base.logDensity(angles));
        for (int k = 0; k < fourier.length; k++) {
          fourier[k] += Math.cos((k + 1) * angles[lane % sites]);
        }
      }
    }
    ChargeDistribution theory = new ChargeDistribution(sites, beta);
    for (int q = 0; q < 4; q++) {
      // Up to the thousandth that is spread as uniform links are.
      double p = (q == 0 ? 1 : 2) * theory.of(q);
      assertThat((double) counts[q] / draws)
          .as("|Q| = %d", q)
          .isCloseTo(p, within(SIGMAS * Math.sqrt(p / draws) + 1e-3));
    }
    for (double sum : fourier) { // variance 1/2, but for what the constraint takes
      assertThat(sum / Math.sqrt(0.5 * draws)).isCloseTo(0, within(SIGMAS + 0.5));
    }
  }

  /** Whatever the weights are: the mean of exp(-S - log q) is Z, and reweighted means are exact. */
  @Test
  void theWeightsOfAnUntrainedFlowAddUpToThePartitionFunction() {
    Target target = target(4, 4, 1);
    U1 u1 = U1.of(target);
    double[] theta = flow(PLAIN, 4, 4, 1).initial(1);
    Random random = new Random(3);
    Arrays.setAll(theta, i -> theta[i] + 0.03 * random.nextGaussian());
    FlowModel model =
        new FlowModel("untrained", PLAIN, target, theta, "digest", Map.of(), true, 64);
    int draws = 40_000;
    double[] w = new double[draws];
    double[] plaquette = new double[draws];
    double[] squares = new double[draws];
    double[] now = new double[u1.observables().size()];
    int p = u1.observables().indexOf("plaquette");
    int q = u1.observables().indexOf("chi_q");
    try (Machine machine = new VectorMachine(2);
        DrawSource source = model.open(target, machine)) {
      for (int done = 0; done < draws; ) {
        int count = Math.min(source.preferredLanes(), draws - done);
        DrawBatch batch = draw(source, done, count);
        for (int i = 0; i < count; i++) {
          double log = -batch.action()[i] - batch.logDensity()[i];
          w[done + i] = Math.exp(log - u1.exact().logZ());
          u1.observe(batch.fields(), i * 32, batch.action()[i], now);
          plaquette[done + i] = w[done + i] * (now[p] - u1.exact().plaquette());
          squares[done + i] = w[done + i] * (now[q] - u1.exact().susceptibility());
        }
        done += count;
      }
    }
    assertThat(pull(w, 1)).as("Z").isBetween(-SIGMAS, SIGMAS);
    assertThat(pull(plaquette, 0)).as("plaquette").isBetween(-SIGMAS, SIGMAS);
    assertThat(pull(squares, 0)).as("chi_Q").isBetween(-SIGMAS, SIGMAS);
    // Flat weights would tell nothing, and broken ones would hide in their error.
    double mean = Arrays.stream(w).average().orElseThrow();
    double spread = Arrays.stream(w).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
    assertThat(spread).isBetween(0.01, 20.0);
  }

  private static double pull(double[] values, double expected) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double variance =
        Arrays.stream(values).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
    return (mean - expected) / Math.sqrt(variance / values.length);
  }

  private static DrawBatch draw(DrawSource source, int first, int count) {
    long[] seeds = new long[count];
    long[] indices = new long[count];
    Arrays.fill(seeds, 5);
    Arrays.setAll(indices, i -> first + i);
    return source.draw(seeds, indices, count);
  }

  @Test
  void theDensityOfADrawIsWhatTheDrawStatesAndGaugesDoNotMatter() {
    Target target = target(4, 6, 2);
    double[] theta = FlowProbe.moved(flow(WIDE, 4, 6, 2), 9);
    FlowModel model = new FlowModel("wide", WIDE, target, theta, "digest", Map.of(), true, 64);
    assertThat(model.hasDensity()).isTrue();
    try (Machine machine = new VectorMachine(1);
        DrawSource source = model.open(target, machine);
        DensitySource density = model.openDensity(target, machine)) {
      DrawBatch batch = draw(source, 0, 32);
      for (int i = 0; i < 32; i++) {
        double[] links = new double[48];
        int at = i * 48;
        Arrays.setAll(links, x -> batch.fields()[at + x]);
        assertThat(density.logDensity(links)).isCloseTo(batch.logDensity()[i], within(2e-4));
        links[7] += 2 * Math.PI;
        assertThat(density.logDensity(links)).isCloseTo(batch.logDensity()[i], within(2e-4));
      }
    }
  }

  @Test
  void anyBetaOfTheRangeIsServedAndNoOther() {
    Target own = target(4, 4, 2);
    double[] theta = FlowProbe.moved(flow(WIDE, 4, 4, 2), 9);
    FlowModel model = new FlowModel("wide", WIDE, own, theta, "digest", Map.of(), true, 64);
    assertThat(model.resolve(null)).isEqualTo(own);
    Target asked = new Target("", List.of(), Map.of("beta", 7.5));
    assertThat(model.resolve(asked)).isEqualTo(target(4, 4, 7.5));
    for (double beta : new double[] {0.49, 8.01, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> model.resolve(new Target("u1", List.of(), Map.of("beta", beta))))
          .hasMessage(
              "couplings.beta: "
                  + beta
                  + " (expected: {beta=2.0}, the couplings of model wide, which takes any beta from"
                  + " 0.5 to 8.0)");
    }
    assertThatThrownBy(() -> model.resolve(new Target("u1", List.of(8, 8), Map.of())))
        .hasMessage("extents: 8 x 8 (expected: 4 x 4, the lattice of model wide)");
  }

  @Test
  void shapesThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> new PlaquetteShape(0, 3, PlaquetteShape.Range.NONE))
        .hasMessage("layers: 0 (expected: >= 1)");
    assertThatThrownBy(() -> new PlaquetteShape(1, 0, PlaquetteShape.Range.NONE))
        .hasMessage("waves: 0 (expected: 1 to 64)");
    assertThatThrownBy(() -> new PlaquetteShape.Range(3, 2, 1))
        .hasMessageStartingWith("range: beta from 2.0 to 1.0 with degree 3 (expected: ");
    assertThatThrownBy(() -> flow(WIDE, 4, 4, 9)).hasMessage("beta: 9.0 (expected: 0.5 to 8.0)");
    assertThatThrownBy(
            () ->
                PLAIN.on(
                    FlowTheory.of(
                        new Target("phi4", List.of(4, 4), Map.of("m2", 1.0, "lambda", 0.0)))))
        .hasMessage("theory: phi4 (expected: u1, the theory of flows of form plaquette)");
    assertThatThrownBy(() -> SplitShape.parse("0:1", 2, 0).on(FlowTheory.of(target(4, 4, 1))))
        .hasMessage("theory: u1 (expected: phi4, the theory of flows of form split)");
  }
}
