package org.fieldstream.server.generator.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.ReferenceMachine;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.monitoring.statistics.EffectiveSampleSize;
import org.fieldstream.monitoring.statistics.Reweighting;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.model.ModelStore;
import org.fieldstream.server.testing.SmallAnnealed;
import org.fieldstream.server.theory.BadTargetException;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.U1;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Annealed draws of U(1): exact by the weights of their ways, whatever the score. */
class AnnealedModelTest {
  private static final double SIGMAS = 4;

  private static Target target(int l0, int l1, double beta) {
    return new Target("u1", List.of(l0, l1), Map.of("beta", beta));
  }

  private static DrawBatch draw(AnnealedSource source, int count) {
    int size = source.shape().size();
    DrawBatch all =
        new DrawBatch(count, new float[count * size], new double[count], new double[count]);
    for (int first = 0; first < count; ) {
      int some = Math.min(source.preferredLanes(), count - first);
      long[] seeds = new long[some];
      long[] indices = new long[some];
      Arrays.fill(seeds, 11);
      for (int lane = 0; lane < some; lane++) {
        indices[lane] = first + lane;
      }
      DrawBatch batch = source.draw(seeds, indices, some);
      System.arraycopy(batch.fields(), 0, all.fields(), first * size, some * size);
      System.arraycopy(batch.action(), 0, all.action(), first, some);
      System.arraycopy(batch.logDensity(), 0, all.logDensity(), first, some);
      first += some;
    }
    return all;
  }

  private static double[] logWeights(DrawBatch batch) {
    double[] weights = new double[batch.count()];
    Arrays.setAll(weights, i -> -batch.action()[i] - batch.logDensity()[i]);
    return weights;
  }

  private static void isExact(AnnealedSource source, U1 u1, int draws, double leastEss) {
    DrawBatch batch = draw(source, draws);
    double[] weights = logWeights(batch);
    double ess = EffectiveSampleSize.ratio(weights);
    assertThat(ess).isGreaterThan(leastEss);
    double largest = Arrays.stream(weights).max().orElseThrow();
    double mean = Arrays.stream(weights).map(w -> Math.exp(w - largest)).average().orElseThrow();
    double error = Math.sqrt((1 / ess - 1) / draws);
    // The mean of the weights is the partition function.
    assertThat(largest + Math.log(mean)).isCloseTo(u1.exact().logZ(), within(SIGMAS * error));
    Reweighting reweighting = new Reweighting(weights);
    for (String name : List.of("plaquette", "chi_q", "charge", "wilson_1x2", "polyakov_re")) {
      int at = u1.observables().indexOf(name);
      double[] values = new double[draws];
      double[] seen = new double[u1.observables().size()];
      for (int i = 0; i < draws; i++) {
        u1.observe(batch.fields(), i * 2 * u1.sites(), batch.action()[i], seen);
        values[i] = seen[at];
      }
      assertThat(reweighting.mean(values).sigmasFrom(u1.exact().mean(name).orElseThrow(), 0))
          .as(name)
          .isBetween(-SIGMAS, SIGMAS);
    }
  }

  /**
   * A handful of levels of an energy that is nobody's: the moves have nearly all to do, and if one
   * did not leave the density of its level as it is, or the work were not that of the way, Z and
   * all means would be off.
   */
  @ParameterizedTest
  @CsvSource({"1, 1.2", "3, 0.8"})
  void fewLevelsOfAnyEnergyAreExactByTheirWeights(int steps, double step) {
    U1 u1 = new U1(Lattice.of(3, 3), 1.5);
    PlaquettePath.Plan plan = new PlaquettePath.Plan(3, steps, step, 1.5, 0.3);
    PlaquettePath path = new PlaquettePath(u1, SmallAnnealed.score(2), plan);
    assertThat(path.levels()).isBetween(10, 40);
    try (Machine machine = new VectorMachine(2);
        AnnealedSource source = new AnnealedSource(path, true, machine)) {
      isExact(source, u1, 16_384, 0.05);
      assertThat(Arrays.stream(source.acceptance()).boxed()).allMatch(a -> a > 0.05 && a <= 1);
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "3"})
  void whatShipsIsExactByItsWeights(double beta) {
    AnnealedModel model = shipped("u1-diffusion");
    Target target = model.resolve(target(8, 8, beta));
    try (Machine machine = new VectorMachine(2);
        AnnealedSource source = model.open(target, machine)) {
      isExact(source, U1.of(target), 384, 0.2);
    }
  }

  private static AnnealedModel shipped(String id) {
    return (AnnealedModel) ModelStore.bundled().find(id).orElseThrow();
  }

  /** Nothing is decided, so the finite step biases the draws, and they have no weight. */
  @Test
  void withoutDecisionsDrawsAreRawAndBiased() {
    AnnealedModel langevin = SmallAnnealed.both().get(1);
    assertThat(langevin.id()).isEqualTo("annealed-langevin");
    assertThat(langevin.exactness()).containsExactly(Exactness.RAW);
    assertThat(langevin.hasLogDensity()).isFalse();
    Target target = target(4, 4, 3);
    U1 u1 = U1.of(target);
    try (Machine machine = new VectorMachine(2);
        AnnealedSource source = langevin.open(target, machine)) {
      DrawBatch batch = draw(source, 2048);
      assertThat(batch.logDensity()).containsOnly(Double.NaN);
      assertThat(source.acceptance()).containsOnly(1.0);
      double mean = Arrays.stream(batch.action()).average().orElseThrow() / -3 / 16;
      assertThat(Math.abs(mean - u1.exact().plaquette())).isBetween(0.003, 0.2);
    }
  }

  @Test
  void theActionIsThatOfTheLinks() {
    AnnealedModel model = SmallAnnealed.both().get(0);
    Target target = target(4, 3, 2);
    try (Machine machine = new VectorMachine(1);
        AnnealedSource source = model.open(target, machine)) {
      DrawBatch batch = draw(source, 8);
      for (int i = 0; i < 8; i++) {
        double action = U1.of(target).action(batch.fields(), i * 24);
        assertThat(batch.action()[i]).isCloseTo(action, within(1e-12));
      }
      for (float link : batch.fields()) {
        assertThat((double) link).isBetween(-Math.PI, Math.PI);
      }
    }
  }

  @Test
  void aDrawIsAFunctionOfSeedAndIndexAlone() {
    for (AnnealedModel model : SmallAnnealed.both()) {
      Target target = target(4, 4, 2);
      try (Machine one = new VectorMachine(1);
          Machine two = new VectorMachine(2);
          AnnealedSource alone = model.open(target, one);
          AnnealedSource among = model.open(target, two)) {
        long[] seeds = {3, 9, 3, -1, 3};
        long[] indices = {0, 7, 1, 2, 1L << 60};
        DrawBatch many = among.draw(seeds, indices, 5);
        for (int lane = 0; lane < 5; lane++) {
          DrawBatch single = alone.draw(new long[] {seeds[lane]}, new long[] {indices[lane]}, 1);
          assertThat(Arrays.copyOfRange(many.fields(), lane * 32, lane * 32 + 32))
              .isEqualTo(Arrays.copyOf(single.fields(), 32));
          assertThat(many.logDensity()[lane])
              .isEqualTo(Double.valueOf(single.logDensity()[0])); // NaN equals NaN
        }
      }
    }
  }

  /** Each look at the clock is a fifth of a second later: three levels at a time. */
  @Test
  void drawsMadeInPartsAreTheSame() {
    U1 u1 = new U1(Lattice.of(3, 3), 1.5);
    PlaquettePath path =
        new PlaquettePath(u1, SmallAnnealed.score(2), new PlaquettePath.Plan(3, 3, 0.8, 1.5, 0.3));
    long[] now = {0};
    try (Machine machine = new VectorMachine(1);
        AnnealedSource plain = new AnnealedSource(path, true, machine);
        AnnealedSource parts =
            new AnnealedSource(
                path,
                true,
                new int[0],
                machine,
                () -> now[0] += AnnealedSource.SLICE_NANOS * 2 / 5)) {
      long[] seeds = {3, 9, 3};
      long[] indices = {0, 7, 1};
      int turns = 1;
      while (!parts.advance(seeds, indices, 3)) {
        turns++;
      }
      assertThat(turns).isBetween(path.levels() / 3, path.levels() / 2 + 1).isGreaterThan(3);
      isSame(parts.draw(seeds, indices, 3), plain.draw(seeds, indices, 3));
      // Half done, and others asked for instead; and then those after all.
      assertThat(parts.advance(seeds, indices, 3)).isFalse();
      isSame(parts.draw(seeds, indices, 3), plain.draw(seeds, indices, 3));
      assertThat(parts.advance(seeds, indices, 3)).isFalse();
      isSame(parts.draw(seeds, indices, 2), plain.draw(seeds, indices, 2));
      assertThat(parts.advance(seeds, indices, 3)).isFalse();
      long[] others = {8, 7, 1};
      assertThat(parts.advance(seeds, others, 3)).isFalse();
      isSame(parts.draw(seeds, others, 3), plain.draw(seeds, others, 3));
      assertThat(parts.advance(others, indices, 3)).isFalse();
      isSame(parts.draw(seeds, indices, 3), plain.draw(seeds, indices, 3));
      isSame(parts.draw(seeds, indices, 3), plain.draw(seeds, indices, 3));
      // What was let go of is not counted.
      assertThat(parts.acceptance()).isEqualTo(plain.acceptance());
    }
  }

  private static void isSame(DrawBatch a, DrawBatch b) {
    assertThat(a.fields()).isEqualTo(b.fields());
    assertThat(a.action()).isEqualTo(b.action());
    assertThat(a.logDensity()).isEqualTo(b.logDensity());
  }

  /** In float32 and in double decisions are the same but for those on the edge. */
  @Test
  void machinesAgree() {
    AnnealedModel model = SmallAnnealed.both().get(0);
    Target target = target(3, 3, 0.5);
    try (Machine vector = new VectorMachine(1);
        Machine reference = new ReferenceMachine();
        AnnealedSource fast = model.open(target, vector);
        AnnealedSource plain = model.open(target, reference)) {
      double[] a = logWeights(draw(fast, 8));
      double[] b = logWeights(draw(plain, 8));
      for (int i = 0; i < 8; i++) {
        assertThat(a[i]).as("draw %d", i).isCloseTo(b[i], within(1e-3));
      }
    }
  }

  @Test
  void targetsOutsideItsRangeAreRefusedByField() {
    Model model = SmallAnnealed.both().get(0);
    assertThat(model.resolve(null)).isEqualTo(target(4, 4, 1));
    assertThat(model.resolve(new Target("", List.of(), Map.of("beta", 3.0))))
        .isEqualTo(target(4, 4, 3));
    assertThat(model.resolve(target(6, 5, 0))).isEqualTo(target(6, 5, 0));
    refuses(model, new Target("phi4", List.of(4, 4), Map.of()), "theory", "u1");
    refuses(model, target(33, 32, 1), "extents", "at most 1024 sites");
    refuses(model, target(8, 8, 17), "couplings.beta", "17.0 (expected: 0 to 16.0)");
    refuses(model, target(8, 8, Double.NaN), "couplings.beta", "NaN");
    refuses(model, new Target("u1", List.of(4, 4, 4), Map.of()), "extents", "2");
    refuses(model, new Target("u1", List.of(), Map.of("kappa", 1.0)), "couplings.kappa", "beta");
  }

  private static void refuses(Model model, Target target, String field, String expected) {
    assertThatThrownBy(() -> model.resolve(target))
        .isInstanceOfSatisfying(
            BadTargetException.class, e -> assertThat(e.field()).isEqualTo(field))
        .hasMessageContaining(expected);
  }
}
