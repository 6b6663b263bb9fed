package org.fieldstream.server.generator.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.monitoring.exact.BesselRatios;
import org.fieldstream.monitoring.exact.U1Torus;
import org.fieldstream.server.generator.DensitySource;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.theory.Angles;
import org.fieldstream.server.theory.BadTargetException;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.U1;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exact draws against the character expansion, and what they promise about seeds and lanes. */
class ExactSourceTest {
  private static final long SEED = 20_260_301;
  private static final double SIGMAS = 4;
  private static final ExactModel MODEL = new ExactModel();

  private static Target target(int l0, int l1, double beta) {
    return new Target("u1", List.of(l0, l1), Map.of("beta", beta));
  }

  /** All observables at once: independent draws, errors from their spread. */
  @ParameterizedTest
  @CsvSource({
    "2, 2, 0.5, 20000",
    "2, 3, 4, 20000",
    "4, 4, 0, 10000",
    "5, 3, 1, 20000",
    "8, 8, 1, 8000",
    "8, 8, 2, 8000",
    "8, 8, 3, 8000",
    "8, 8, 5, 8000",
    "8, 8, 7, 8000",
    "8, 8, 9, 8000",
    "8, 8, 11, 8000",
    "16, 16, 7, 3000",
    "16, 16, 11, 3000",
    "8, 8, 300, 4000"
  })
  void everyObservableHasItsExactMean(int l0, int l1, double beta, int draws) {
    U1 u1 = U1.of(target(l0, l1, beta));
    U1Torus exact = u1.exact();
    List<String> names = u1.observables();
    double[] sum = new double[names.size()];
    double[] squares = new double[names.size()];
    double[] now = new double[names.size()];
    try (VectorMachine machine = new VectorMachine(2);
        DrawSource source = MODEL.open(target(l0, l1, beta), machine)) {
      for (int done = 0; done < draws; ) {
        int count = Math.min(source.preferredLanes(), draws - done);
        DrawBatch batch = draw(source, done, count);
        for (int i = 0; i < count; i++) {
          u1.observe(batch.fields(), i * 2 * u1.sites(), batch.action()[i], now);
          for (int o = 0; o < now.length; o++) {
            sum[o] += now[o];
            squares[o] += now[o] * now[o];
          }
        }
        done += count;
      }
    }
    for (int o = 0; o < now.length; o++) {
      double mean = sum[o] / draws;
      double known = exact.mean(names.get(o)).orElseThrow();
      double variance = squares[o] / draws - mean * mean;
      double error = Math.sqrt(Math.max(variance, 0) / draws);
      assertThat(mean).as(names.get(o)).isCloseTo(known, within(SIGMAS * error + 1e-12));
    }
  }

  @Test
  void everyLogWeightIsTheLogPartitionFunction() {
    U1 u1 = U1.of(target(8, 6, 3));
    try (VectorMachine machine = new VectorMachine(1);
        DrawSource source = MODEL.open(target(8, 6, 3), machine);
        DensitySource density = MODEL.openDensity(target(8, 6, 3), machine)) {
      DrawBatch batch = draw(source, 0, 64);
      double[] field = new double[96];
      Arrays.setAll(field, x -> batch.fields()[x]);
      assertThat(density.logDensity(field)).isCloseTo(batch.logDensity()[0], within(2e-5));
      for (int i = 0; i < 64; i++) {
        assertThat(-batch.action()[i] - batch.logDensity()[i])
            .isCloseTo(u1.exact().logZ(), within(1e-11));
        // Links are float32: an angle is off by 1e-7, at random signs.
        assertThat(batch.action()[i]).isCloseTo(u1.action(batch.fields(), i * 96), within(2e-5));
      }
      for (float link : batch.fields()) {
        assertThat((double) link).isBetween(-Math.PI, Math.PI);
      }
    }
  }

  /** Links alone are uniform, in both directions and at every place: gauge and loops are. */
  @Test
  void everyLinkIsUniform() {
    int draws = 4000;
    double[] re = new double[40];
    double[] im = new double[40];
    try (VectorMachine machine = new VectorMachine(1);
        DrawSource source = MODEL.open(target(4, 5, 6), machine)) {
      for (int done = 0; done < draws; ) {
        int count = Math.min(source.preferredLanes(), draws - done);
        float[] fields = draw(source, done, count).fields();
        for (int i = 0; i < fields.length; i++) {
          re[i % 40] += Angles.cos(fields[i]);
          im[i % 40] += Angles.sin(fields[i]);
        }
        done += count;
      }
    }
    for (int link = 0; link < 40; link++) {
      // Variance 1/2 each.
      assertThat(re[link] / Math.sqrt(0.5 * draws)).isCloseTo(0, within(SIGMAS));
      assertThat(im[link] / Math.sqrt(0.5 * draws)).isCloseTo(0, within(SIGMAS));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.3, 7, 1000})
  void proposalsLieBelowTheirSteps(double beta) {
    PlaquetteDensity density = new PlaquetteDensity(beta);
    Random random = new Random(8);
    for (int i = 0; i < 20_000; i++) {
      double u = i == 0 ? 0x1p-53 : i == 1 ? 1 - 0x1p-53 : random.nextDouble();
      int cell = density.cell(u);
      double t = density.angle(u, cell);
      assertThat(t).isBetween(-Math.PI, Math.PI);
      assertThat(density.acceptance(t, cell)).isBetween(density.surely(cell) - 1e-12, 1 + 1e-12);
    }
  }

  /** f_1(s) is exp(beta (cos s - 1)), f_2(s) is I_0(2 beta cos(s / 2)) / I_0(2 beta). */
  @ParameterizedTest
  @ValueSource(doubles = {0.2, 3, 11})
  void remaindersOfOneAndTwoAreKnown(double beta) {
    Remainder remainder = new Remainder(new BesselRatios(beta), 400);
    double atZero = new BesselRatios(2 * beta).scaledFirst();
    for (double s = -4; s < 4; s += 0.37) {
      assertThat(remainder.of(1, s)).isCloseTo(Math.exp(beta * (Math.cos(s) - 1)), within(1e-14));
      double x = Math.abs(2 * beta * Math.cos(s / 2));
      double two = new BesselRatios(x).scaledFirst() * Math.exp(x - 2 * beta) / atZero;
      assertThat(remainder.of(2, s)).isCloseTo(two, within(1e-13));
      for (int m : new int[] {1, 2, 10, 399}) {
        assertThat(remainder.of(m, s)).isBetween(remainder.least(m), 1 + 1e-14);
      }
    }
    assertThat(remainder.of(5, Math.PI)).isCloseTo(remainder.least(5), within(2e-14));
  }

  @Test
  void aDrawDependsOnSeedAndIndexOnly() {
    Target target = target(8, 8, 5);
    try (VectorMachine one = new VectorMachine(1);
        VectorMachine two = new VectorMachine(2);
        DrawSource a = MODEL.open(target, one);
        DrawSource b = MODEL.open(target, two)) {
      DrawBatch many = draw(a, 0, 50);
      DrawBatch shared = draw(b, 0, 50);
      DrawBatch alone = draw(b, 37, 1);
      assertThat(shared.fields()).isEqualTo(many.fields());
      assertThat(alone.fields()).isEqualTo(Arrays.copyOfRange(many.fields(), 37 * 128, 38 * 128));
      assertThat(alone.action()[0]).isEqualTo(many.action()[37]);
      assertThat(alone.logDensity()[0]).isEqualTo(many.logDensity()[37]);
    }
  }

  @Test
  void otherTheoriesAreRefused() {
    Target scalar = new Target("phi4", List.of(8, 8), Map.of("m2", 1.0, "lambda", 0.0));
    assertThatThrownBy(() -> MODEL.resolve(scalar))
        .isInstanceOf(BadTargetException.class)
        .hasMessage("theory: phi4 (expected: u1)");
    assertThatThrownBy(() -> MODEL.resolve(null))
        .isInstanceOf(BadTargetException.class)
        .hasMessage("theory: none named (expected: u1, with extents and couplings)");
    assertThat(MODEL.digest()).matches("[0-9a-f]{64}");
  }

  private static DrawBatch draw(DrawSource source, long first, int count) {
    long[] seeds = new long[count];
    long[] indices = new long[count];
    Arrays.fill(seeds, SEED);
    Arrays.setAll(indices, i -> first + i);
    return source.draw(seeds, indices, count);
  }
}
