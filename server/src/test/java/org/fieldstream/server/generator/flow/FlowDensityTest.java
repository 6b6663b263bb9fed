package org.fieldstream.server.generator.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.server.generator.DensitySource;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.model.ModelStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * log q of given fields: the inverse leads back, and the density is that of the change of
 * variables.
 */
class FlowDensityTest {
  private static Flow split(String blocks, int sines, int gates, int... extents) {
    return SplitShape.parse(blocks, sines, gates).on(Lattice.of(extents));
  }

  private static Flow affine(int layers, String hidden, int... extents) {
    return AffineShape.parse(layers, hidden, 3).on(Lattice.of(extents));
  }

  static Stream<Arguments> flows() {
    return Stream.of(
        Arguments.of(split("0:1", 3, 2, 4, 4)),
        Arguments.of(split("0:3", 3, 0, 2, 4)),
        Arguments.of(split("1:2,0:2", 3, 2, 4, 4)),
        Arguments.of(split("0:1,1:1,0:2", 1, 4, 4, 4)),
        Arguments.of(split("2:2,1:1,0:3", 3, 2, 16)),
        Arguments.of(split("1:1,0:1", 2, 2, 4, 4, 4)),
        Arguments.of(SplitShape.parse("1:2,0:2", 3, 2, 0.25).on(Lattice.of(8, 8))),
        Arguments.of(SplitShape.parse("2:2,1:1,0:1", 3, 2, 0.5).on(Lattice.of(16))),
        Arguments.of(split("1:2", 3, 2, 4, 8)),
        Arguments.of(split("0:2,1:1", 3, 2, 4, 4)),
        Arguments.of(SplitShape.parse("0:1,1:2", 3, 2, 0.25).on(Lattice.of(4, 8))),
        Arguments.of(affine(4, "3,2", 4, 4)),
        Arguments.of(affine(3, "4", 3, 5)));
  }

  private static double logNormals(double[] z) {
    return Arrays.stream(z).map(v -> -0.5 * v * v).sum() - 0.5 * z.length * Math.log(2 * Math.PI);
  }

  private static Flow.Inverse inverse(Flow flow, double[] theta) {
    Flow.Inverse inverse = flow.inverse(theta);
    if (inverse == null) {
      throw new AssertionError("no inverse");
    }
    return inverse;
  }

  @ParameterizedTest
  @MethodSource("flows")
  void theInverseFindsTheNormalsAgain(Flow flow) {
    for (long seed = 1; seed <= 5; seed++) {
      double[] theta = FlowProbe.moved(flow, seed);
      double[] z = FlowProbe.normals(flow.lattice().sites(), 20 + seed);
      FlowProbe probe = new FlowProbe(flow, false, false).at(theta);
      double[] phi = probe.phi(z);
      double[] found = inverse(flow, theta).normals(phi);
      for (int i = 0; i < z.length; i++) {
        assertThat(found[i]).as("z[%d], seed %d", i, seed).isCloseTo(z[i], within(1e-8));
      }
      try (FlowDensity density = new FlowDensity(flow, field -> field, theta)) {
        double stated = logNormals(z) - probe.logJacobian(z);
        assertThat(density.logDensity(phi)).isCloseTo(stated, within(1e-7));
      }
    }
  }

  /**
   * A layer of slopes down to the least that a flow may have, 0.02: Newton's steps need their
   * bracket.
   */
  @Test
  void theInverseOfASteepLayerIsFoundToo() {
    Flow flow = split("0:1", 3, 4, 4, 4);
    for (long seed = 1; seed <= 20; seed++) {
      double[] theta = FlowProbe.moved(flow, 1.5, seed);
      FlowProbe probe = new FlowProbe(flow, false, false).at(theta);
      for (double size : new double[] {0.1, 1, 10}) {
        double[] z = FlowProbe.normals(16, seed);
        Arrays.setAll(z, i -> size * z[i]);
        double[] found = inverse(flow, theta).normals(probe.phi(z));
        for (int i = 0; i < z.length; i++) {
          assertThat(found[i]).as("z[%d], seed %d", i, seed).isCloseTo(z[i], within(1e-6 * size));
        }
      }
    }
  }

  /**
   * At fields that are no draws: log q = log N(z) + log |det dz/dphi|, differentiated numerically.
   */
  @ParameterizedTest
  @MethodSource("flows")
  void theDensityIsThatOfTheInversesJacobian(Flow flow) {
    double[] theta = FlowProbe.moved(flow, 3);
    Flow.Inverse inverse = inverse(flow, theta);
    int sites = flow.lattice().sites();
    for (double size : new double[] {0.1, 1, 3}) {
      double[] phi = FlowProbe.normals(sites, 7);
      Arrays.setAll(phi, i -> size * phi[i] + 0.2);
      double[][] columns = new double[sites][];
      double h = 1e-4;
      for (int i = 0; i < sites; i++) {
        double[] near = difference(inverse, phi, i, h);
        double[] far = difference(inverse, phi, i, 2 * h);
        columns[i] = new double[sites];
        Arrays.setAll(columns[i], k -> (8 * near[k] - far[k]) / (12 * h));
      }
      double expected = logNormals(inverse.normals(phi)) + FlowProbe.logDeterminant(columns);
      try (FlowDensity density = new FlowDensity(flow, field -> field, theta)) {
        // The log determinants of spectra are summed in double, the spectra rounded to float.
        assertThat(density.logDensity(phi))
            .as("size %s", size)
            .isCloseTo(expected, within(1e-6 * sites));
      }
    }
  }

  private static double[] difference(Flow.Inverse inverse, double[] phi, int i, double h) {
    double[] moved = phi.clone();
    moved[i] = phi[i] + h;
    double[] high = inverse.normals(moved);
    moved[i] = phi[i] - h;
    double[] low = inverse.normals(moved);
    Arrays.setAll(high, k -> high[k] - low[k]);
    return high;
  }

  /** Draws are made in float32: their own rounding, at 64 x 64 some 3e-5 of log q, is seen. */
  @ParameterizedTest
  @CsvSource({
    "phi4-continuous-8x8, 24",
    "phi4-continuous-16x16, 12",
    "phi4-continuous-32x32, 3",
    "phi4-continuous-64x64, 1"
  })
  void theDensityOfADrawIsWhatTheDrawStates(String id, int count) {
    FlowModel model = (FlowModel) ModelStore.bundled().find(id).orElseThrow();
    assertThat(model.hasDensity()).isTrue();
    try (Machine machine = new VectorMachine(1);
        DrawSource source = model.open(model.target(), machine);
        DensitySource density = model.openDensity(model.target(), machine)) {
      long[] seeds = new long[count];
      long[] indices = new long[count];
      Arrays.setAll(indices, i -> i);
      DrawBatch batch = source.draw(seeds, indices, count);
      int size = source.shape().size();
      double worst = 0;
      for (int lane = 0; lane < count; lane++) {
        double[] field = new double[size];
        int at = lane * size;
        Arrays.setAll(field, i -> batch.fields()[at + i]);
        double found = density.logDensity(field);
        worst = Math.max(worst, Math.abs(found - batch.logDensity()[lane]));
      }
      assertThat(worst).isLessThan(1e-4);
    }
  }

  @Test
  void fieldsFromElsewhereHaveADensityToo() {
    FlowModel model = (FlowModel) ModelStore.bundled().find("phi4-continuous-8x8").orElseThrow();
    Random random = new Random(1);
    try (Machine machine = new VectorMachine(1);
        DensitySource density = model.openDensity(model.target(), machine)) {
      double last = Double.POSITIVE_INFINITY;
      for (double size : new double[] {0, 1, 10, 1e3, 1e6}) {
        double[] field = new double[64];
        Arrays.setAll(field, i -> size * random.nextGaussian());
        double found = density.logDensity(field);
        assertThat(found).as("size %s", size).isFinite().isLessThan(last);
        last = found;
      }
    }
  }

  @Test
  void aFieldThatIsNotFoundAgainHasNoDensity() {
    Flow flow = split("0:2", 2, 2, 4, 4);
    double[] theta = FlowProbe.moved(flow, 4);
    double[] phi = FlowProbe.normals(16, 1);
    Flow.Inverse right = inverse(flow, theta);
    Flow.Inverse wrong = field -> Arrays.stream(right.normals(field)).map(z -> z + 1e-7).toArray();
    try (FlowDensity density = new FlowDensity(flow, field -> field, theta, wrong)) {
      assertThat(density.logDensity(phi)).isNaN();
    }
    try (FlowDensity density = new FlowDensity(flow, field -> field, theta)) {
      assertThat(density.logDensity(phi)).isFinite();
      phi[3] = Double.NaN;
      assertThat(density.logDensity(phi)).isNaN();
    }
  }

  @Test
  void anOdesFlowHasNoInverse() {
    Flow flow = new OdeShape(1, 2, 1, 2).on(Lattice.of(4, 4));
    assertThatThrownBy(() -> new FlowDensity(flow, field -> field, flow.initial(1)))
        .hasMessage("flow: without inverse (expected: one that has it)");
  }
}
