package org.fieldstream.server.generator.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.Stream;
import org.fieldstream.kernels.lattice.Lattice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The ODE flow's symmetries and the order of its integrator, in double. */
class OdeFlowTest {
  private static final OdeShape SHAPE = new OdeShape(2, 3, 3, 4);
  private static final Lattice LATTICE = Lattice.of(6, 6);

  private static double[] theta(Flow flow) {
    return FlowProbe.moved(flow, 0.02, 3);
  }

  /** A symmetry of the lattice, as where each site's value comes from. */
  private record Symmetry(String name, int[] from) {
    static Symmetry of(String name, java.util.function.IntBinaryOperator site) {
      int[] from = new int[LATTICE.sites()];
      Arrays.setAll(from, s -> site.applyAsInt(LATTICE.coordinate(s, 0), LATTICE.coordinate(s, 1)));
      return new Symmetry(name, from);
    }

    double[] act(double[] x) {
      return Arrays.stream(from).mapToDouble(s -> x[s]).toArray();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static int site(int i, int j) {
    return Math.floorMod(i, 6) * 6 + Math.floorMod(j, 6);
  }

  static Stream<Symmetry> symmetries() {
    return Stream.of(
        Symmetry.of("translation by one along the first axis", (i, j) -> site(i + 1, j)),
        Symmetry.of("translation by one along the second axis", (i, j) -> site(i, j + 1)),
        Symmetry.of("reflection", (i, j) -> site(-i, j)),
        Symmetry.of("exchange of axes", (i, j) -> site(j, i)),
        Symmetry.of("rotation by a right angle", (i, j) -> site(j, -i)));
  }

  @ParameterizedTest
  @MethodSource("symmetries")
  void theMapCommutesWithTheSymmetriesOfTheLattice(Symmetry symmetry) {
    Flow flow = SHAPE.on(LATTICE);
    FlowProbe probe = new FlowProbe(flow, true, false).at(theta(flow));
    double[] x = FlowProbe.normals(36, 4);
    double[] moved = probe.phi(symmetry.act(x));
    double[] expected = symmetry.act(probe.phi(x));
    for (int i = 0; i < 36; i++) {
      assertThat(moved[i]).isCloseTo(expected[i], within(1e-5));
    }
    assertThat(probe.logJacobian(symmetry.act(x))).isCloseTo(probe.logJacobian(x), within(1e-5));
  }

  @Test
  void theMapIsOddToTheLastBit() {
    Flow flow = SHAPE.on(LATTICE);
    FlowProbe probe = new FlowProbe(flow, false, false).at(theta(flow));
    double[] z = FlowProbe.normals(36, 5);
    double[] negative = Arrays.stream(z).map(v -> -v).toArray();
    assertThat(probe.phi(negative)).isEqualTo(Arrays.stream(probe.phi(z)).map(v -> -v).toArray());
    assertThat(probe.logJacobian(negative)).isEqualTo(probe.logJacobian(z));
  }

  @Test
  void theErrorOfLogDensityFallsWithTheFourthPowerOfTheStep() {
    double[] z = FlowProbe.normals(36, 6);
    double exact = logJacobian(64, z);
    double[] errors = new double[3];
    for (int i = 0; i < 3; i++) {
      errors[i] = Math.abs(logJacobian(4 << i, z) - exact);
    }
    assertThat(errors[0]).as("visible beside the rounding of parameters").isGreaterThan(3e-4);
    assertThat(errors[0] / errors[1]).isCloseTo(16, within(5.0));
    assertThat(errors[1] / errors[2]).isCloseTo(16, within(5.0));
  }

  @Test
  void inTheLimitOfManyStepsTheJacobianIsTheDeterminant() {
    Lattice small = Lattice.of(4, 4);
    Flow flow = new OdeShape(1, 3, 3, 24).on(small);
    FlowProbe probe = new FlowProbe(flow, false, false).at(theta(flow));
    double[] z = FlowProbe.normals(16, 7);
    double stated = probe.logJacobian(z);
    assertThat(stated).isCloseTo(probe.numericalLogJacobian(z), within(1e-4));
  }

  private static double logJacobian(int steps, double[] z) {
    Flow flow = SHAPE.withSteps(steps).on(LATTICE);
    return new FlowProbe(flow, false, false).at(theta(flow)).logJacobian(z);
  }

  @Test
  void jitterMovesInnerTimesOnlyAndBySteps() {
    OdeMap map = new OdeMap(SHAPE, 1, 1);
    double[] theta = new double[1 + 3 + 3 * 4];
    float[] plain = new float[1 + 3 * 4 + 9 * (3 + 4)];
    float[] moved = plain.clone();
    float[] again = plain.clone();
    map.fill(theta, plain);
    map.jitter(17);
    map.fill(theta, moved);
    map.jitter(17);
    map.fill(theta, again);
    assertThat(again).isEqualTo(moved);
    double sum = 0;
    for (int i = 0; i < 4; i++) {
      double step = moved[3 + 3 * i];
      assertThat(plain[3 + 3 * i]).isEqualTo(0.25f);
      assertThat(step).isNotEqualTo(0.25).isBetween(0.125, 0.375);
      sum += step;
    }
    assertThat(sum).as("from 0 to 1").isCloseTo(1, within(1e-6));
  }

  @Test
  void shapesThatAreNoneAreRefused() {
    assertThatThrownBy(() -> new OdeShape(4, 3, 3, 4)).hasMessage("radius: 4 (expected: 0 to 3)");
    assertThatThrownBy(() -> new OdeShape(2, 0, 3, 4)).hasMessage("sines: 0 (expected: >= 1)");
    assertThatThrownBy(() -> new OdeShape(2, 3, 4, 4))
        .hasMessage("modes: 4 (expected: an odd number >= 1)");
    assertThatThrownBy(() -> new OdeShape(2, 3, 3, 0)).hasMessage("steps: 0 (expected: >= 1)");
  }

  @Test
  void notANumberIsNotInvertible() {
    Flow flow = SHAPE.on(LATTICE);
    double[] theta = flow.initial(1);
    assertThat(flow.invertible(theta)).isTrue();
    theta[theta.length - 1] = Double.NaN;
    assertThat(flow.invertible(theta)).isFalse();
  }
}
