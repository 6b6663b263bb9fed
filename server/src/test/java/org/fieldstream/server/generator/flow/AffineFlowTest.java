package org.fieldstream.server.generator.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.ReferenceMachine;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.server.testing.NotebookFlow;
import org.fieldstream.server.theory.Phi4;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The affine flow against its paper's notebook, its Jacobian, score and inverse, in double. */
class AffineFlowTest {
  private static AffineFlow flow(int layers, String hidden, int kernel, int... extents) {
    return (AffineFlow) AffineShape.parse(layers, hidden, kernel).on(Lattice.of(extents));
  }

  /** Starting values, made large enough for the networks to matter. */
  private static double[] theta(Flow flow, long seed) {
    Random random = new Random(seed);
    double[] theta = flow.initial(seed);
    Arrays.setAll(theta, i -> (float) (theta[i] + 0.15 * random.nextGaussian()));
    return theta;
  }

  static Stream<Arguments> flows() {
    return Stream.of(
        Arguments.of(flow(4, "3,2", 3, 4, 4)),
        Arguments.of(flow(3, "4", 3, 3, 5)),
        Arguments.of(flow(2, "", 5, 4, 6)),
        Arguments.of(flow(5, "3", 3, 8)),
        Arguments.of(flow(2, "2", 3, 2, 4, 2)),
        Arguments.of(flow(2, "2", 3, 2, 2, 2, 2)));
  }

  static Stream<Arguments> notebooks() {
    return Stream.of(
        Arguments.of(new int[] {8, 8}, 16, new int[] {8, 8}, 3),
        Arguments.of(new int[] {4, 6}, 3, new int[] {5}, 5),
        Arguments.of(new int[] {5, 4}, 4, new int[] {2, 3, 4}, 3),
        Arguments.of(new int[] {4, 4}, 2, new int[] {}, 1));
  }

  @ParameterizedTest
  @MethodSource("notebooks")
  void itIsTheFlowOfTheNotebook(int[] extents, int layers, int[] hidden, int kernel) {
    int[] channels =
        IntStream.concat(IntStream.of(1), IntStream.concat(IntStream.of(hidden), IntStream.of(2)))
            .toArray();
    Map<String, double[]> state = NotebookFlow.weights(layers, channels, kernel, 3);
    NotebookFlow notebook = new NotebookFlow(extents, layers, channels, kernel, state);
    List<Integer> widths = IntStream.of(hidden).boxed().toList();
    Flow flow = new AffineShape(layers, widths, kernel).on(Lattice.of(extents));
    assertThat(flow.tensors().stream().map(Flow.Tensor::name))
        .containsExactlyElementsOf(state.keySet());
    double[] theta = new double[flow.tensors().stream().mapToInt(Flow.Tensor::size).sum()];
    for (Flow.Tensor tensor : flow.tensors()) {
      System.arraycopy(state.get(tensor.name()), 0, theta, tensor.offset(), tensor.size());
    }
    FlowProbe probe = new FlowProbe(flow, false, false).at(theta);
    for (long seed = 1; seed <= 3; seed++) {
      double[] z = FlowProbe.normals(flow.lattice().sites(), seed);
      NotebookFlow.Draw expected = notebook.forward(z);
      double[] phi = probe.phi(z);
      for (int i = 0; i < phi.length; i++) {
        // Both in double; 0.01 is a float in the program.
        assertThat(phi[i]).as("phi[%d]", i).isCloseTo(expected.phi()[i], within(1e-6));
      }
      double logQ = -probe.logJacobian(z);
      for (double v : z) {
        logQ += -0.5 * v * v - 0.5 * Math.log(2 * Math.PI);
      }
      assertThat(logQ).isCloseTo(expected.logQ(), within(1e-5));
      assertThat(Math.abs(probe.logJacobian(z))).as("log J").isGreaterThan(0.1);
    }
  }

  @ParameterizedTest
  @MethodSource("flows")
  void theJacobianIsTheDeterminantOfTheMap(Flow flow) {
    FlowProbe probe = new FlowProbe(flow, false, false);
    for (long seed = 1; seed <= 3; seed++) {
      double[] z = FlowProbe.normals(flow.lattice().sites(), 10 + seed);
      double stated = probe.at(theta(flow, seed)).logJacobian(z);
      assertThat(Math.abs(stated)).as("layers do something").isGreaterThan(0.05);
      // A small step, so that no rectifier has its kink within.
      assertThat(stated).isCloseTo(probe.numericalLogJacobian(z, 1e-6), within(1e-6));
    }
  }

  @ParameterizedTest
  @MethodSource("flows")
  void theScoreIsTheGradientOfLogDensity(Flow flow) {
    FlowProbe probe = new FlowProbe(flow, false, true);
    for (long seed = 1; seed <= 3; seed++) {
      double[] z = FlowProbe.normals(flow.lattice().sites(), 20 + seed);
      probe.at(theta(flow, seed));
      double[] stated = probe.pulledScore(z);
      double[] expected = probe.densityGradient(z);
      for (int i = 0; i < z.length; i++) {
        assertThat(stated[i]).as("site %d", i).isCloseTo(expected[i], within(1e-6));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("flows")
  void theInverseFindsTheDensityOfTheFlowsOwnDraws(AffineFlow flow) {
    Phi4 phi4 = Phi4.massForm(flow.lattice(), -4, 6);
    double[] theta = theta(flow, 4);
    int count = 16;
    for (Machine machine : new Machine[] {new ReferenceMachine(), new VectorMachine(1)}) {
      try (machine;
          FlowSampler sampler = new FlowSampler(flow, phi4::action, 0, false, machine);
          AffineDensity density = new AffineDensity(flow, machine)) {
        sampler.parameters(theta);
        density.parameters(theta);
        sampler.run(5, 0, count);
        double[] found = density.logDensity(sampler.fields(), count);
        for (int lane = 0; lane < count; lane++) {
          // Fields are rounded to float on the way.
          assertThat(found[lane])
              .as("lane %d on %s", lane, machine.kind())
              .isCloseTo(sampler.logDensity(lane), within(1e-4));
        }
        assertThat(found).doesNotHaveDuplicates();
      }
    }
  }

  @Test
  void theStartIsCloseToThePrior() {
    AffineFlow flow = flow(16, "8,8", 3, 8, 8);
    double[] theta = flow.initial(1);
    assertThat(theta).hasSize(16 * (9 * 8 + 8 + 9 * 64 + 8 + 9 * 16 + 2));
    double[] z = FlowProbe.normals(64, 1);
    assertThat(Math.abs(new FlowProbe(flow, false, false).at(theta).logJacobian(z)))
        .isBetween(0.01, 16.0);
    assertThat(flow.invertible(theta)).isTrue();
    assertThat(flow.project(theta)).isFalse();
    theta[3] = Double.NaN;
    assertThat(flow.invertible(theta)).isFalse();
  }

  @Test
  void shapesThatCannotBeAreRefused() {
    refused("layers: 0 (expected: >= 1)", 0, "8", 3);
    refused("hidden: 0 channels (expected: >= 1 in each hidden layer)", 2, "8,0", 3);
    refused("hidden: 8;8 (expected: CHANNELS,..., such as 8,8)", 2, "8;8", 3);
    refused("kernel: 4 (expected: an odd number from 1 to 15)", 2, "8", 4);
    refused("kernel: 17 (expected: an odd number from 1 to 15)", 2, "8", 17);
    AffineShape shape = AffineShape.parse(3, "", 3);
    assertThat(AffineShape.parse(3, shape.text(), 3)).isEqualTo(shape);
  }

  private static void refused(String message, int layers, String hidden, int kernel) {
    assertThatThrownBy(() -> AffineShape.parse(layers, hidden, kernel)).hasMessage(message);
  }
}
