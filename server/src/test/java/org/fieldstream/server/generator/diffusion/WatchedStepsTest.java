package org.fieldstream.server.generator.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.machine.Executable;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.server.generator.BurnIn;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.generator.flow.ParameterMap;
import org.fieldstream.server.testing.SmallDiffusion;
import org.junit.jupiter.api.Test;

/** What a diffusion model passes on its way from noise to field. */
final class WatchedStepsTest {
  private static final int SITES = 16;
  private static final int LANES = 16;
  private static final long SEED = 77;

  private static DrawBatch draw(DrawSource source) {
    long[] seeds = new long[LANES];
    long[] indices = new long[LANES];
    Arrays.fill(seeds, SEED);
    Arrays.setAll(indices, lane -> lane);
    BitSet all = new BitSet();
    all.set(0, 65);
    return source.draw(seeds, indices, LANES, all);
  }

  /** {@code V^(-1/2) sum_k a[k] prod_mu cas(2 pi k_mu x_mu / 4)}, by its definition. */
  private static double hartley(double[] modes, int x) {
    double sum = 0;
    for (int k = 0; k < SITES; k++) {
      double a = Math.PI / 2 * (k / 4) * (x / 4);
      double b = Math.PI / 2 * (k % 4) * (x % 4);
      sum += modes[k] * (Math.cos(a) + Math.sin(a)) * (Math.cos(b) + Math.sin(b)) / 4;
    }
    return sum;
  }

  @Test
  void theFirstLevelIsGaussianWithTheSpectrumOfTheNoisyField() {
    FlowModel model = SmallDiffusion.model();
    ScoreFlow flow = new ScoreFlow(Lattice.of(4, 4), (ScoreShape) model.shape());
    double[] sigmas = flow.noiseLevels(model.theta());
    assertThat(sigmas).hasSize(5);
    assertThat(sigmas[4]).isZero();
    ProgramBuilder b = new ProgramBuilder();
    b.output("z", b.normal(0, 1, SITES));
    try (VectorMachine machine = new VectorMachine(1);
        DrawSource source = model.openDenoising(model.target(), machine);
        Executable normals = machine.load(b.build())) {
      float[][] levels = draw(source).levels();
      Lanes lanes = new Lanes(normals.program(), LANES);
      Arrays.fill(lanes.seeds(), SEED);
      Arrays.setAll(lanes.indices(), lane -> lane);
      normals.run(lanes);
      ScoreParameters at = flow.parameters();
      for (int lane = 0; lane < LANES; lane++) {
        double[] modes = new double[SITES];
        for (int k = 0; k < SITES; k++) {
          double spectrum = Math.exp(model.theta()[at.spectrum() + at.orbits().slots()[k]]);
          double z = lanes.output(0)[lane * SITES + k];
          modes[k] = z * Math.sqrt(spectrum + sigmas[0] * sigmas[0]);
        }
        for (int x = 0; x < SITES; x++) {
          // Sixteen terms of size 4 in float.
          assertThat((double) levels[0][lane * SITES + x])
              .isCloseTo(hartley(modes, x), within(1e-5));
        }
      }
    }
  }

  /** What the integrator has between two steps, made a field in double and by definition. */
  @Test
  void aLevelOnTheWayIsTheFieldOfTheIntegratorsModes() {
    FlowModel model = SmallDiffusion.model();
    ScoreFlow flow = new ScoreFlow(Lattice.of(4, 4), (ScoreShape) model.shape());
    ScoreParameters at = flow.parameters();
    int middle = 2;
    ProgramBuilder b = new ProgramBuilder();
    ScoreFlow.Path path = flow.path(b, b.normal(0, 1, SITES));
    b.output("y", path.whitened().get(middle));
    ParameterMap map = flow.end(b, path).parameters();
    double sigma = flow.noiseLevels(model.theta())[middle];
    assertThat(sigma).isGreaterThan(0.1);
    try (VectorMachine machine = new VectorMachine(1);
        DrawSource source = model.openDenoising(model.target(), machine);
        Executable integrator = machine.load(b.build())) {
      float[] level = draw(source).levels()[middle];
      Lanes lanes = new Lanes(integrator.program(), LANES);
      Arrays.fill(lanes.seeds(), SEED);
      Arrays.setAll(lanes.indices(), lane -> lane);
      map.fill(model.theta(), lanes.parameters());
      integrator.run(lanes);
      for (int lane = 0; lane < LANES; lane++) {
        double[] modes = new double[SITES];
        for (int k = 0; k < SITES; k++) {
          double spectrum = Math.exp(model.theta()[at.spectrum() + at.orbits().slots()[k]]);
          modes[k] = lanes.output(0)[lane * SITES + k] * Math.sqrt(spectrum + sigma * sigma);
        }
        for (int x = 0; x < SITES; x++) {
          assertThat((double) level[lane * SITES + x]).isCloseTo(hartley(modes, x), within(1e-5));
        }
      }
    }
  }

  @Test
  void onlyWantedLevelsAreCopied() {
    FlowModel model = SmallDiffusion.model();
    try (VectorMachine machine = new VectorMachine(1);
        DrawSource source = model.openDenoising(model.target(), machine)) {
      float[][] all = draw(source).levels();
      BitSet wanted = new BitSet();
      wanted.set(1);
      wanted.set(3);
      long[] seeds = new long[LANES];
      long[] indices = new long[LANES];
      Arrays.fill(seeds, SEED);
      Arrays.setAll(indices, lane -> lane);
      DrawBatch some = source.draw(seeds, indices, LANES, wanted);
      assertThat(some.levels()[1]).isEqualTo(all[1]);
      assertThat(some.levels()[3]).isEqualTo(all[3]);
      assertThat(some.levels()[0]).isEmpty();
      assertThat(some.levels()[2]).isEmpty();
      // The configurations themselves, which are there anyway.
      assertThat(some.levels()[4]).isSameAs(some.fields());
    }
  }

  @Test
  void beingWatchedChangesNoBitOfADraw() {
    FlowModel model = SmallDiffusion.model();
    try (VectorMachine machine = new VectorMachine(1);
        DrawSource source = model.open(model.target(), machine);
        DrawSource watched = model.openDenoising(model.target(), machine)) {
      DrawBatch alone = draw(source);
      DrawBatch seen = draw(watched);
      assertThat(seen.fields()).isEqualTo(alone.fields());
      assertThat(seen.action()).isEqualTo(alone.action());
      assertThat(seen.logDensity()).isEqualTo(alone.logDensity());
      assertThat(seen.levels()).hasDimensions(5, LANES * SITES);
      assertThat(seen.levels()[4]).isEqualTo(alone.fields());
      assertThat(alone.levels()).isEmpty();
      assertThat(watched.preferredLanes()).isEqualTo(source.preferredLanes());
    }
  }

  private static ScoreFlow flow(int extent, int steps) {
    return new ScoreFlow(Lattice.of(extent, extent), ScoreShape.parse("1", 2, 3, steps));
  }

  @Test
  void theBeginningIsAlwaysALevel() {
    ScoreFlow flow = flow(4, 65);
    double[] theta = flow.initial(1);
    double[] sigmas = flow.noiseLevels(theta);
    // Steps 0, 1, 3, .., 63 and the end.
    assertThat(sigmas).hasSize(34);
    assertThat(sigmas[0]).isEqualTo(flow(4, 4).noiseLevels(theta)[0]);
    assertThat(sigmas[33]).isZero();
    for (int steps = 1; steps < 300; steps++) {
      assertThat(flow(4, steps).noiseLevels(theta)).hasSizeLessThanOrEqualTo(65);
    }
  }

  /** All levels with noise of a draw take at most 4 MiB. */
  @Test
  void aLargeLatticeHasFewerLevels() {
    assertThat(levels(64, 40)).isEqualTo(41);
    assertThat(levels(256, 40)).isEqualTo(15);
    assertThat(levels(1024, 4)).isEqualTo(2);
  }

  private static int levels(int extent, int steps) {
    ScoreFlow flow = flow(extent, steps);
    return flow.noiseLevels(flow.initial(1)).length;
  }

  @Test
  void manyStepsAreSeenNowAndThen() {
    FlowModel few = SmallDiffusion.model();
    ScoreShape shape = ((ScoreShape) few.shape()).withSteps(200);
    FlowModel model =
        new FlowModel(
            "many", shape, few.target(), few.theta(), "0".repeat(64), Map.of(), true, BurnIn.LEAST);
    double[] sigmas = model.noiseLevels(model.target());
    // After every fourth step, from before the first on.
    assertThat(sigmas).hasSize(51);
    assertThat(sigmas[50]).isZero();
    assertThat(sigmas[0]).isCloseTo(few.noiseLevels(few.target())[0], within(1e-12));
    List<Double> descending = Arrays.stream(sigmas).boxed().toList();
    assertThat(descending).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    try (VectorMachine machine = new VectorMachine(1);
        DrawSource watched = model.openDenoising(model.target(), machine)) {
      assertThat(draw(watched).levels()).hasDimensions(51, LANES * SITES);
    }
  }
}
