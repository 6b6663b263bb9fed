package org.fieldstream.server.generator.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.server.generator.diffusion.NoiseLevel;
import org.fieldstream.server.generator.diffusion.Phase;
import org.fieldstream.server.generator.diffusion.ScoreFlow;
import org.fieldstream.server.generator.diffusion.ScoreParameters;
import org.fieldstream.server.generator.diffusion.ScoreShape;
import org.junit.jupiter.api.Test;

/** The probability flow's symmetries, its Jacobian and the order of its integrator, in double. */
class ScoreFlowTest {
  private static final Lattice LATTICE = Lattice.of(6, 6);
  private static final ScoreShape SHAPE = new ScoreShape(List.of(0.5, 2.0), 3, 4, 6);

  /** Weights of a few tenths, and wells. */
  private static double[] theta(Flow flow) {
    ScoreParameters at = ((ScoreFlow) flow).parameters();
    double[] theta = flow.initial(1);
    Random random = new Random(3);
    for (int i = at.weight(); i < theta.length; i++) {
      theta[i] = 0.1 * random.nextGaussian();
    }
    theta[at.well()] = theta[at.spectrum()] - 0.7;
    return theta;
  }

  private static int[] sites(java.util.function.IntBinaryOperator from) {
    int[] sites = new int[LATTICE.sites()];
    Arrays.setAll(sites, s -> from.applyAsInt(LATTICE.coordinate(s, 0), LATTICE.coordinate(s, 1)));
    return sites;
  }

  private static int site(int i, int j) {
    return Math.floorMod(i, 6) * 6 + Math.floorMod(j, 6);
  }

  private static double[] act(int[] from, double[] x) {
    return Arrays.stream(from).mapToDouble(s -> x[s]).toArray();
  }

  @Test
  void theMapCommutesWithTheSymmetriesOfTheLatticeAndIsOdd() {
    Flow flow = SHAPE.on(LATTICE);
    FlowProbe probe = new FlowProbe(flow, true, false).at(theta(flow));
    double[] x = FlowProbe.normals(36, 4);
    double[] image = probe.phi(x);
    double jacobian = probe.logJacobian(x);
    for (int[] symmetry :
        List.of(
            sites((i, j) -> site(i + 1, j)),
            sites((i, j) -> site(-i, j)),
            sites((i, j) -> site(j, i)),
            sites((i, j) -> site(j, -i)))) {
      double[] moved = probe.phi(act(symmetry, x));
      double[] expected = act(symmetry, image);
      for (int i = 0; i < 36; i++) {
        assertThat(moved[i]).isCloseTo(expected[i], within(1e-5));
      }
      assertThat(probe.logJacobian(act(symmetry, x))).isCloseTo(jacobian, within(1e-5));
    }
    double[] negative = probe.phi(Arrays.stream(x).map(v -> -v).toArray());
    for (int i = 0; i < 36; i++) {
      assertThat(negative[i]).isCloseTo(-image[i], within(1e-12));
    }
  }

  /** As in the broken phase, but for the sign, which draw (0, 0) has for all. */
  @Test
  void theMapOfFoldedFieldsCommutesWithTheLatticeButIsNotOdd() {
    Flow flow = SHAPE.in(Phase.BROKEN).on(LATTICE);
    double[] theta = theta(flow);
    ScoreParameters at = ((ScoreFlow) flow).parameters();
    theta[at.mean()] = 3;
    FlowProbe probe = new FlowProbe(flow, true, false).at(theta);
    double[] x = FlowProbe.normals(36, 4);
    double[] image = probe.phi(x);
    for (int[] symmetry : List.of(sites((i, j) -> site(i + 1, j)), sites((i, j) -> site(j, -i)))) {
      double[] moved = probe.phi(act(symmetry, x));
      double[] expected = act(symmetry, image);
      for (int i = 0; i < 36; i++) {
        assertThat(moved[i]).isCloseTo(expected[i], within(1e-5));
      }
    }
    double sign = Math.signum(Arrays.stream(image).sum());
    double[] negative = probe.phi(Arrays.stream(x).map(v -> -v).toArray());
    double odd = 0;
    for (int i = 0; i < 36; i++) {
      odd = Math.max(odd, Math.abs(sign * (image[i] + negative[i]) / 2 - 3));
    }
    assertThat(odd).isGreaterThan(1e-2);
  }

  @Test
  void aDrawThatIsNoFoldedFieldHasNoWeight() {
    Lattice small = Lattice.of(4, 4);
    Flow flow = SHAPE.withSteps(24).in(Phase.BROKEN).on(small);
    double[] theta = theta(flow);
    int mean = ((ScoreFlow) flow).parameters().mean();
    double[] z = FlowProbe.normals(16, 7);
    theta[mean] = 5;
    FlowProbe probe = new FlowProbe(flow, false, false).at(theta);
    double logJacobian = probe.logJacobian(z);
    assertThat(logJacobian)
        .as("the sign's probability of 1/2 included")
        .isCloseTo(probe.numericalLogJacobian(z) + Math.log(2), within(5e-4));
    theta[mean] = -5;
    assertThat(probe.at(theta).logJacobian(z)).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @Test
  void inTheLimitOfManyStepsTheJacobianIsTheDeterminant() {
    Lattice small = Lattice.of(4, 4);
    Flow flow = SHAPE.withSteps(24).on(small);
    FlowProbe probe = new FlowProbe(flow, false, false).at(theta(flow));
    double[] z = FlowProbe.normals(16, 7);
    assertThat(probe.logJacobian(z)).isCloseTo(probe.numericalLogJacobian(z), within(5e-4));
  }

  @Test
  void theErrorOfLogDensityFallsWithTheFourthPowerOfTheStep() {
    double[] z = FlowProbe.normals(36, 6);
    double[] values = new double[3];
    for (int i = 0; i < 3; i++) {
      Flow flow = SHAPE.withSteps(6 << i).on(LATTICE);
      values[i] = new FlowProbe(flow, false, false).at(theta(flow)).logJacobian(z);
    }
    double ratio = (values[1] - values[0]) / (values[2] - values[1]);
    assertThat(Math.abs(values[1] - values[0])).isGreaterThan(1e-5);
    assertThat(ratio).isBetween(8.0, 32.0);
  }

  @Test
  void withoutWeightsItIsTheGaussianOfItsSpectrum() {
    Flow flow = SHAPE.on(LATTICE);
    double[] theta = flow.initial(1);
    FlowProbe probe = new FlowProbe(flow, false, false).at(theta);
    double[] z = FlowProbe.normals(36, 8);
    double square = 0;
    ScoreParameters at = ((ScoreFlow) flow).parameters();
    for (int k = 0; k < 36; k++) {
      square += Math.exp(theta[at.spectrum() + at.orbits().slots()[k]]) * z[k] * z[k];
    }
    assertThat(Arrays.stream(probe.phi(z)).map(v -> v * v).sum())
        .isCloseTo(square, within(1e-5 * square));
    assertThat(probe.logJacobian(z)).isCloseTo(-flow.logScale(theta), within(1e-12));
  }

  @Test
  void aLevelGoesFromTheMostNoiseToNone() {
    Flow flow = SHAPE.on(LATTICE);
    ScoreParameters at = ((ScoreFlow) flow).parameters();
    double[] theta = theta(flow);
    double most = Math.exp(theta[at.noise()]);
    assertThat(new NoiseLevel(at, theta, 0).sigma2()).isCloseTo(most, within(1e-9 * most));
    assertThat(new NoiseLevel(at, theta, 1).sigma2()).isZero();
    double[] half = new NoiseLevel(at, theta, 0.5).wiener(1);
    assertThat(half[0])
        .as("long waves stand out of the noise")
        .isGreaterThan(half[half.length - 1]);
  }

  @Test
  void shapesThatAreNoneAreRefused() {
    assertThatThrownBy(() -> ScoreShape.parse("1,x", 3, 3, 3))
        .hasMessage("widths: 1,x (expected: numbers > 0 separated by commas)");
    assertThatThrownBy(() -> ScoreShape.parse("0", 3, 3, 3))
        .hasMessage("widths: [0.0] (expected: 1 to 64 numbers > 0)");
    assertThatThrownBy(() -> ScoreShape.parse("1", 0, 3, 3))
        .hasMessage("sines: 0 (expected: 1 to 64)");
    assertThatThrownBy(() -> ScoreShape.parse("1", 3, 65, 3))
        .hasMessage("modes: 65 (expected: 1 to 64)");
    assertThatThrownBy(() -> ScoreShape.parse("1", 3, 3, 0))
        .hasMessage("steps: 0 (expected: >= 1)");
    assertThat(ScoreShape.parse("0.5,2.0", 3, 4, 6)).isEqualTo(SHAPE);
    assertThat(SHAPE.text()).isEqualTo("0.5,2.0");
    assertThat(Phase.parse("broken")).isEqualTo(Phase.BROKEN);
    assertThatThrownBy(() -> Phase.parse("half"))
        .hasMessage("phase: half (expected: symmetric or broken)");
  }

  @Test
  void valuesThatAreNoneAreNotInvertible() {
    Flow flow = SHAPE.on(LATTICE);
    double[] theta = theta(flow);
    assertThat(flow.invertible(theta)).isTrue();
    ScoreParameters at = ((ScoreFlow) flow).parameters();
    theta[at.well()] = theta[at.spectrum()] + 0.1;
    assertThat(flow.invertible(theta)).as("wells wider than the whole").isFalse();
    theta[at.well()] = Double.NaN;
    assertThat(flow.invertible(theta)).isFalse();
  }
}
