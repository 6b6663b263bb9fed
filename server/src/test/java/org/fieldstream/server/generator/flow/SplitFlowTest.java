package org.fieldstream.server.generator.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fieldstream.kernels.lattice.Lattice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The split flow's Jacobian, score, symmetries and invertibility, in double. */
class SplitFlowTest {
  /** Program parameters are floats, so log-scales and amplitudes agree to their rounding. */
  private static final double ROUNDING = 1e-5;

  private static Flow flow(String blocks, int... extents) {
    return flow(blocks, 0, extents);
  }

  private static Flow flow(String blocks, double overlap, int... extents) {
    return SplitShape.parse(blocks, 3, 2, overlap).on(Lattice.of(extents));
  }

  static Stream<Arguments> flows() {
    return Stream.of(
        Arguments.of("0:1", 0, new int[] {4, 4}),
        Arguments.of("1:2,0:2", 0, new int[] {4, 4}),
        Arguments.of("1:2,0:2", 0.25, new int[] {4, 8}),
        Arguments.of("0:1,1:1,0:2", 0, new int[] {4, 4}),
        Arguments.of("1:1,0:2", 0, new int[] {4, 8}),
        Arguments.of("1:1,0:2", 0.5, new int[] {4, 8}),
        Arguments.of("2:2,1:1,0:3", 0, new int[] {16}),
        Arguments.of("2:2,1:1,0:3", 0.4, new int[] {16}),
        Arguments.of("1:1,0:1", 0, new int[] {4, 4, 4}),
        Arguments.of("1:2", 0, new int[] {4, 8}),
        Arguments.of("0:2,1:1", 0, new int[] {4, 4}),
        Arguments.of("0:1,1:2", 0.25, new int[] {4, 8}));
  }

  @Test
  void withoutGatesTheScoreHoldsToo() {
    Flow flow = SplitShape.parse("1:1,0:2", 3, 0).on(Lattice.of(4, 4));
    FlowProbe probe = new FlowProbe(flow, false, true).at(FlowProbe.moved(flow, 2));
    double[] z = FlowProbe.normals(16, 3);
    assertClose(probe.pulledScore(z), probe.densityGradient(z), ROUNDING);
    assertThat(flow.blocks().stream().flatMapToInt(Arrays::stream).sorted().toArray())
        .isEqualTo(IntStream.range(0, flow.initial(1).length).toArray());
  }

  @ParameterizedTest
  @MethodSource("flows")
  void theJacobianIsTheDeterminantOfTheMap(String blocks, double overlap, int[] extents) {
    Flow flow = flow(blocks, overlap, extents);
    FlowProbe probe = new FlowProbe(flow, false, false);
    for (long seed = 1; seed <= 3; seed++) {
      double[] theta = FlowProbe.moved(flow, seed);
      double[] z = FlowProbe.normals(flow.lattice().sites(), 10 + seed);
      double stated = probe.at(theta).logJacobian(z);
      assertThat(Math.abs(stated + flow.logScale(theta)))
          .as("layers do something")
          .isGreaterThan(0.05);
      assertThat(stated).isCloseTo(probe.numericalLogJacobian(z), within(ROUNDING * z.length));
    }
  }

  @ParameterizedTest
  @MethodSource("flows")
  void theScoreIsTheGradientOfLogDensity(String blocks, double overlap, int[] extents) {
    Flow flow = flow(blocks, overlap, extents);
    FlowProbe probe = new FlowProbe(flow, false, true);
    for (long seed = 1; seed <= 3; seed++) {
      double[] z = FlowProbe.normals(flow.lattice().sites(), 20 + seed);
      probe.at(FlowProbe.moved(flow, seed));
      // J^T dlog q/dphi = d/dz (-z.z/2 - log J)
      assertClose(probe.pulledScore(z), probe.densityGradient(z), ROUNDING);
    }
  }

  @Test
  void theScoreHoldsForThreeScalesOnALargerLattice() {
    Flow flow = flow("2:2,1:2,0:2", 8, 8);
    FlowProbe probe = new FlowProbe(flow, false, true).at(FlowProbe.moved(flow, 5));
    double[] z = FlowProbe.normals(64, 6);
    assertClose(probe.pulledScore(z), probe.densityGradient(z), ROUNDING);
  }

  @ParameterizedTest
  @MethodSource("flows")
  void theMapIsOddToTheLastBit(String blocks, double overlap, int[] extents) {
    Flow flow = flow(blocks, overlap, extents);
    FlowProbe probe = new FlowProbe(flow, false, false).at(FlowProbe.moved(flow, 7));
    double[] z = FlowProbe.normals(flow.lattice().sites(), 8);
    double[] negative = Arrays.stream(z).map(x -> -x).toArray();
    double[] phi = probe.phi(z);
    assertThat(probe.phi(negative)).isEqualTo(Arrays.stream(phi).map(x -> -x).toArray());
    assertThat(probe.logJacobian(negative)).isEqualTo(probe.logJacobian(z));
  }

  @ParameterizedTest
  @MethodSource("flows")
  void translationsByTheCoarsestColouringCommute(String blocks, double overlap, int[] extents) {
    Flow flow = flow(blocks, overlap, extents);
    Lattice lattice = flow.lattice();
    FlowProbe probe = new FlowProbe(flow, true, false).at(FlowProbe.moved(flow, 9));
    double[] x = FlowProbe.normals(lattice.sites(), 10);
    int level =
        SplitShape.parse(blocks, 3, 2).blocks().stream()
            .mapToInt(SplitShape.Block::level)
            .max()
            .orElseThrow();
    for (int axis = 0; axis < lattice.dimensions(); axis++) {
      int[] offset = new int[lattice.dimensions()];
      offset[axis] = 2 << level;
      assertClose(
          probe.phi(shifted(lattice, x, offset)), shifted(lattice, probe.phi(x), offset), ROUNDING);
      assertThat(probe.logJacobian(shifted(lattice, x, offset)))
          .isCloseTo(probe.logJacobian(x), within(ROUNDING * x.length));
    }
  }

  private static double[] shifted(Lattice lattice, double[] x, int[] offset) {
    double[] result = new double[x.length];
    Arrays.setAll(result, site -> x[lattice.shifted(site, offset)]);
    return result;
  }

  @Test
  void projectionBringsThetaBackToWhereTheMapIsInvertible() {
    Flow flow = flow("1:2,0:2", 8, 8);
    double[] theta = flow.initial(1);
    assertThat(flow.invertible(theta)).isTrue();
    assertThat(flow.project(theta)).isFalse();
    Flow.Tensor weights = flow.tensors().get(3);
    assertThat(weights.name()).isEqualTo("layer.weight");
    theta[weights.offset()] = -1.2; // 1 + w_0 < 0 in the first layer's first colour
    assertThat(flow.invertible(theta)).isFalse();
    assertThat(flow.project(theta)).isTrue();
    assertThat(flow.invertible(theta)).isTrue();
    assertThat(theta[weights.offset()]).isNegative();
    assertThat(flow.project(theta)).isFalse();
  }

  @Test
  void steepSinesAreNotInvertible() {
    Flow flow = flow("0:1", 4, 4);
    double[] theta = flow.initial(1);
    Flow.Tensor frequencies = flow.tensors().get(2);
    Flow.Tensor weights = flow.tensors().get(3);
    theta[weights.offset() + 1] = -1.1 / theta[frequencies.offset()];
    assertThat(flow.invertible(theta)).isFalse();
    FlowProbe probe = new FlowProbe(flow, false, false);
    assertThat(probe.at(theta).logJacobian(new double[16])).as("slope -0.1 at 0").isNaN();
    flow.project(theta);
    assertThat(probe.at(theta).logJacobian(new double[16])).isFinite();
  }

  @Test
  void projectedMapsHavePositiveSlopesEverywhere() {
    Flow flow = flow("0:2", 4, 4);
    FlowProbe probe = new FlowProbe(flow, false, false);
    for (long seed = 1; seed <= 20; seed++) {
      probe.at(FlowProbe.moved(flow, 1.5, seed)); // most layers are projected
      for (double size : new double[] {0.1, 1, 10}) {
        double[] z = FlowProbe.normals(16, seed);
        assertThat(probe.logJacobian(Arrays.stream(z).map(v -> size * v).toArray())).isFinite();
      }
    }
  }

  @Test
  void notANumberIsNotInvertible() {
    Flow flow = flow("0:1", 4, 4);
    for (String name :
        new String[] {"layer.frequency", "layer.weight", "gate.wave", "gate.weight"}) {
      double[] theta = flow.initial(1);
      Flow.Tensor tensor =
          flow.tensors().stream().filter(t -> t.name().equals(name)).findFirst().orElseThrow();
      theta[tensor.offset()] = Double.NaN;
      assertThat(flow.invertible(theta)).as(name).isFalse();
    }
  }

  @Test
  void latticesThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> flow("0:1", 5, 6))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("extents: 5 x 6 (expected: multiples of 2, for level 0)");
    assertThatThrownBy(() -> flow("1:1,0:1", 8, 6))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("extents: 8 x 6 (expected: multiples of 4, for level 1)");
  }

  @Test
  void shapesThatAreNoneAreRefused() {
    assertThatThrownBy(() -> SplitShape.parse("1:4,0", 3, 2))
        .hasMessage("blocks: 1:4,0 (expected: LEVEL:LAYERS,..., such as 2:4,1:4,0:6)");
    assertThatThrownBy(() -> SplitShape.parse("0:0", 3, 2))
        .hasMessage("blocks: 0 layers (expected: >= 1)");
    assertThatThrownBy(() -> SplitShape.parse("0:1", 0, 2)).hasMessage("sines: 0 (expected: >= 1)");
    assertThatThrownBy(() -> SplitShape.parse("0:1", 1, -1))
        .hasMessage("gates: -1 (expected: >= 0)");
    assertThatThrownBy(() -> SplitShape.parse("0:1", 1, 1, 0.6))
        .hasMessage("overlap: 0.6 (expected: 0 to 0.5)");
    assertThatThrownBy(() -> SplitShape.parse("0:1", 1, 1, Double.NaN))
        .hasMessage("overlap: NaN (expected: 0 to 0.5)");
    assertThat(SplitShape.parse(" 2:4, 0:6", 3, 2).text()).isEqualTo("2:4,0:6");
  }

  private static void assertClose(double[] found, double[] expected, double bound) {
    assertThat(found).hasSameSizeAs(expected);
    double size = 1;
    for (double e : expected) {
      size = Math.max(size, Math.abs(e));
    }
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).as("[%d]", i).isCloseTo(expected[i], within(bound * size));
    }
  }
}
