package org.fieldstream.server.generator.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.testing.SmallAnnealed;
import org.fieldstream.server.testing.SmallDiffusion;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.Theory;
import org.fieldstream.server.theory.U1;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an annealed draw passes on its way out of noise. */
final class SeenLevelsTest {
  private static final int LANES = 5;

  private static AnnealedPath path(String of) {
    if (of.equals("u1")) {
      PlaquettePath.Plan plan = new PlaquettePath.Plan(3, 3, 0.8, 1.5, 0.3);
      return new PlaquettePath(new U1(Lattice.of(4, 4), 1.5), SmallAnnealed.score(2), plan);
    }
    String id = SmallDiffusion.ID + of.substring("phi4".length());
    FlowModel flow =
        (FlowModel)
            SmallDiffusion.models().stream().filter(m -> m.id().equals(id)).findFirst().get();
    ScoreShape shape = (ScoreShape) flow.shape();
    return new ScorePath(
        Phi4.of(flow.target()), shape, flow.theta(), new ScorePath.Plan(12, 2, 0.5));
  }

  /** A way that is over early. */
  private record Head(AnnealedPath whole, int levels) implements AnnealedPath {
    @Override
    public Theory theory() {
      return whole.theory();
    }

    @Override
    public double logStart() {
      return whole.logStart();
    }

    @Override
    public Program start() {
      return whole.start();
    }

    @Override
    public Program move() {
      return whole.move();
    }

    @Override
    public void fill(int level, float[] parameters) {
      whole.fill(level, parameters);
    }

    @Override
    public double sigma(int level) {
      return whole.sigma(level);
    }

    @Override
    public Program field() {
      return whole.field();
    }

    @Override
    public void fillField(int level, float[] parameters) {
      whole.fillField(level, parameters);
    }

    @Override
    public void normalise(float[] states, int offset) {
      whole.normalise(states, offset);
    }
  }

  private static BitSet all() {
    BitSet levels = new BitSet();
    levels.set(0, 100);
    return levels;
  }

  private static final long[] SEEDS = {3, 9, 3, -1, 3};
  private static final long[] INDICES = {0, 7, 1, 2, 1L << 60};

  @ParameterizedTest
  @CsvSource({"u1, true", "u1, false", "phi4, true", "phi4-broken, true", "phi4-broken, false"})
  void whatIsSeenIsWhereAShorterWayEnds(String of, boolean adjusted) {
    AnnealedPath path = path(of);
    int[] seen = AnnealedSource.seen(path);
    assertThat(seen).startsWith(0, 1).hasSize(path.levels());
    try (Machine machine = new VectorMachine(1);
        AnnealedSource plain = new AnnealedSource(path, adjusted, machine);
        AnnealedSource watched = AnnealedSource.watching(path, adjusted, machine)) {
      DrawBatch alone = plain.draw(SEEDS, INDICES, LANES);
      DrawBatch way = watched.draw(SEEDS, INDICES, LANES, all());
      assertThat(way.fields()).isEqualTo(alone.fields());
      assertThat(way.action()).isEqualTo(alone.action());
      assertThat(way.logDensity()).isEqualTo(alone.logDensity());
      assertThat(alone.levels()).isEmpty();
      assertThat(way.levels()).hasNumberOfRows(seen.length + 1);
      assertThat(way.levels()[seen.length]).isSameAs(way.fields());
      for (int level : new int[] {1, 4, path.levels() - 1}) {
        try (AnnealedSource head = new AnnealedSource(new Head(path, level), adjusted, machine)) {
          assertThat(way.levels()[level])
              .as("level %d", level)
              .isEqualTo(head.draw(SEEDS, INDICES, LANES).fields());
        }
      }
    }
  }

  /** Each look at the clock is a fifth of a second later: three levels at a time. */
  @ParameterizedTest
  @ValueSource(strings = {"u1", "phi4-broken"})
  void waysMadeInPartsAreTheSame(String of) {
    AnnealedPath path = path(of);
    int[] seen = AnnealedSource.seen(path);
    BitSet some = new BitSet();
    some.set(0);
    some.set(5);
    long[] now = {0};
    try (Machine machine = new VectorMachine(1);
        AnnealedSource whole = AnnealedSource.watching(path, true, machine);
        AnnealedSource parts =
            new AnnealedSource(
                path, true, seen, machine, () -> now[0] += AnnealedSource.SLICE_NANOS * 2 / 5)) {
      DrawBatch expected = whole.draw(SEEDS, INDICES, LANES, all());
      int turns = 1;
      while (!parts.advance(SEEDS, INDICES, LANES, some)) {
        turns++;
      }
      assertThat(turns).isGreaterThan(3);
      DrawBatch two = parts.draw(SEEDS, INDICES, LANES, some);
      assertThat(two.fields()).isEqualTo(expected.fields());
      for (int k = 0; k < seen.length; k++) {
        // What nobody wants is not kept.
        assertThat(two.levels()[k]).isEqualTo(some.get(k) ? expected.levels()[k] : new float[0]);
      }
      // What is forgotten takes as many turns again.
      assertThat(parts.advance(SEEDS, INDICES, LANES, some)).isFalse();
      parts.forget();
      int again = 1;
      while (!parts.advance(SEEDS, INDICES, LANES, some)) {
        again++;
      }
      assertThat(again).isEqualTo(turns);
      assertThat(parts.draw(SEEDS, INDICES, LANES, some).fields()).isEqualTo(expected.fields());
      // Half done with some of the levels, and then more of them are wanted.
      assertThat(parts.advance(SEEDS, INDICES, LANES, some)).isFalse();
      assertThat(parts.draw(SEEDS, INDICES, LANES, all()).levels()).isEqualTo(expected.levels());
      // The other way round nothing is done twice, nor is anything where nobody looks.
      while (!parts.advance(SEEDS, INDICES, LANES, all())) {
        turns++;
      }
      assertThat(parts.draw(SEEDS, INDICES, LANES, some).levels()[5])
          .isEqualTo(expected.levels()[5]);
      assertThat(parts.draw(SEEDS, INDICES, LANES).fields()).isEqualTo(expected.fields());
    }
  }

  /** Modes at the beginning are independent, of variance G_k + sigma^2; so is their sum's. */
  @Test
  void theFirstLevelHasTheSpectrumOfTheNoisyField() {
    FlowModel flow = SmallDiffusion.model();
    AnnealedPath path = path("phi4");
    ScoreParameters at = new ScoreParameters(Lattice.of(4, 4), (ScoreShape) flow.shape());
    double expected = 0;
    double variance = 0;
    for (int k = 0; k < 16; k++) {
      double mode =
          Math.exp(flow.theta()[at.spectrum() + at.orbits().slots()[k]])
              + path.sigma(0) * path.sigma(0);
      expected += mode;
      variance += 2 * mode * mode;
    }
    int draws = 512;
    double sum = 0;
    try (Machine machine = new VectorMachine(1);
        AnnealedSource source = AnnealedSource.watching(path, true, machine)) {
      for (int first = 0; first < draws; first += LANES) {
        long[] indices = new long[LANES];
        int from = first;
        Arrays.setAll(indices, lane -> from + lane);
        int lanes = Math.min(LANES, draws - first);
        for (float phi : source.draw(new long[LANES], indices, lanes, all()).levels()[0]) {
          sum += (double) phi * phi;
        }
      }
    }
    assertThat(sum / draws).isCloseTo(expected, within(4 * Math.sqrt(variance / draws)));
  }

  @ParameterizedTest
  @CsvSource({"4, 0", "4, 0.5", "8, 7", "16, 1", "16, 16", "32, 7"})
  void noiseFallsFromLevelToLevelToNone(int extent, double beta) {
    AnnealedModel model = SmallAnnealed.both().get(0);
    double[] sigmas =
        model.noiseLevels(new Target("u1", List.of(extent, extent), Map.of("beta", beta)));
    assertThat(sigmas).hasSizeBetween(2, 65).startsWith(2 * Math.PI).endsWith(0);
    for (int k = 1; k < sigmas.length; k++) {
      assertThat(sigmas[k]).isLessThan(sigmas[k - 1]).isNotNaN();
    }
  }

  @Test
  void annealedModelsOfPhi4PassTheNoiseOfTheirFlow() {
    for (var model : SmallDiffusion.models()) {
      double[] sigmas =
          ((org.fieldstream.server.generator.Model.Draws) model).noiseLevels(model.target());
      assertThat(sigmas).hasSizeGreaterThan(4).endsWith(0);
      assertThat(sigmas[0])
          .isEqualTo(SmallDiffusion.model().noiseLevels(model.target())[0], within(1e-12));
    }
  }

  /** 64 MiB at most for all levels of all lanes, and at least one lane. */
  @Test
  void lanesAreBoundedByTheLevelsThatCanBeSeen() {
    assertThat(SeenLevels.of(3000, 512).withNoise()).hasSizeBetween(60, 64).startsWith(0);
    assertThat(SeenLevels.of(64, 1 << 14).withNoise()).hasSize(64);
    assertThat(SeenLevels.of(64, 1 << 17).withNoise()).hasSize(8);
    assertThat(SeenLevels.of(64, 1 << 21).withNoise()).containsExactly(0);
    Target target = new Target("u1", List.of(16, 16), Map.of("beta", 1e-3));
    AnnealedModel model = SmallAnnealed.both().get(0);
    try (Machine machine = new VectorMachine(1);
        DrawSource plain = model.open(target, machine);
        DrawSource watched = model.openDenoising(target, machine)) {
      long each = 512L * Float.BYTES * model.noiseLevels(target).length;
      assertThat(watched.preferredLanes() * each).isLessThanOrEqualTo(64L << 20);
      assertThat(watched.preferredLanes()).isBetween(1, plain.preferredLanes());
    }
  }
}
