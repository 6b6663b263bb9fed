package org.fieldstream.monitoring.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GammaMethodTest {
  private final GammaMethod gammaMethod = new GammaMethod();

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 2, 5, 20})
  void oneSigmaIntervalsCoverTheMeanOfAr1(double tauInt) {
    int series = 600;
    int covered = 0;
    int tauCovered = 0;
    double sumTau = 0;
    for (int s = 0; s < series; s++) {
      Estimate e = gammaMethod.mean(Ar1.series(tauInt, (int) (400 * tauInt), 1000 + s));
      covered += Math.abs(e.mean()) < e.error() ? 1 : 0;
      tauCovered += Math.abs(e.tauInt() - tauInt) < e.tauIntError() ? 1 : 0;
      sumTau += e.tauInt();
    }
    // 0.683 +- 0.019 for exact errors of 600 series.
    assertThat(covered / (double) series).isBetween(0.60, 0.75);
    assertThat(sumTau / series).isCloseTo(tauInt, within(0.05 * tauInt));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1, 5, 50})
  void tauIntOfALongSeriesIsTheKnownOne(double tauInt) {
    Estimate e = gammaMethod.mean(Ar1.series(tauInt, 400_000, 7));
    assertThat(Math.abs(e.tauInt() - tauInt)).isLessThan(3 * e.tauIntError());
    assertThat(e.tauIntError() / tauInt).isLessThan(0.07);
    double exactError = Math.sqrt(2 * tauInt / 400_000);
    assertThat(e.error()).isCloseTo(exactError, within(3 * e.errorOfError()));
    assertThat(Math.abs(e.sigmasFrom(0, 0))).isLessThan(3);
    assertThat(e.isWellSampled()).isTrue();
    assertThat(e.effectiveN()).isCloseTo(200_000 / tauInt, within(30_000 / tauInt));
  }

  @Test
  void anticorrelatedSeriesHaveTauBelowOneHalfAndAPositiveError() {
    for (double a : new double[] {-0.3, -0.6, -0.9}) {
      double tau = (1 + a) / (2 * (1 - a));
      Estimate e = gammaMethod.mean(Ar1.series(tau, 50_000, 3));
      assertThat(e.tauInt()).as("a = " + a).isCloseTo(tau, within(0.35 * tau));
      assertThat(e.error()).isCloseTo(Math.sqrt(2 * tau / 50_000), within(0.2 * e.error()));
    }
    // Strictly alternating: no window has a positive sum but the shortest.
    double[] alternating = new double[1000];
    for (int i = 0; i < alternating.length; i++) {
      alternating[i] = i % 2;
    }
    assertThat(gammaMethod.mean(alternating).error()).isPositive();
  }

  @Test
  void replicasAreWeighedByTheirLength() {
    double[] all = Ar1.series(3, 30_000, 5);
    Estimate whole = gammaMethod.mean(all);
    Estimate split =
        gammaMethod.mean(
            Arrays.copyOfRange(all, 0, 10_000), Arrays.copyOfRange(all, 10_000, 30_000));
    assertThat(split.mean()).isCloseTo(whole.mean(), within(1e-12));
    assertThat(split.error()).isCloseTo(whole.error(), within(0.02 * whole.error()));
    assertThat(split.n()).isEqualTo(30_000);
  }

  @Test
  void constantSeriesHaveNoErrorWhateverTheRounding() {
    double[] constant = new double[1001];
    Arrays.fill(constant, 0.1);
    assertThat(gammaMethod.mean(constant)).isEqualTo(new Estimate(0.1, 0, 0.5, 0, 0, 1001));
    assertThat(gammaMethod.mean(constant, constant).error()).isZero();
  }

  @Test
  void aConstantAmongTheObservablesOfAFunctionAddsNoError() {
    double[] x = Ar1.series(2, 1000, 1);
    double[] constant = new double[1000];
    Arrays.fill(constant, 0.1);
    Estimate product = gammaMethod.derived(m -> m[0] * m[1], x, constant);
    assertThat(product.error()).isCloseTo(0.1 * gammaMethod.mean(x).error(), within(1e-12));
  }

  @Test
  void aLargeOffsetChangesNothing() {
    double[] x = Ar1.series(4, 5000, 9);
    double[] moved = Arrays.stream(x).map(v -> v + 1e9).toArray();
    Estimate e = gammaMethod.mean(x);
    Estimate m = gammaMethod.mean(moved);
    assertThat(m.error()).isCloseTo(e.error(), within(1e-5 * e.error()));
    assertThat(m.tauInt()).isCloseTo(e.tauInt(), within(1e-4));
  }

  @Test
  void derivedErrorsMatchTheScatterOfRepeatedExperiments() {
    int experiments = 400;
    String[] names = {"chi_conn", "U4", "xi"};
    double[][] values = new double[names.length][experiments];
    double[] meanSquaredError = new double[names.length];
    for (int k = 0; k < experiments; k++) {
      double[][] data = fieldLike(4000, 100 + k);
      Estimate[] e = {
        gammaMethod.derived(DerivedQuantities.connectedSusceptibility(64), data[0], data[1]),
        gammaMethod.derived(DerivedQuantities.binderCumulant(), data[0], data[2]),
        gammaMethod.derived(DerivedQuantities.secondMomentCorrelationLength(8), data[0], data[3])
      };
      for (int q = 0; q < names.length; q++) {
        values[q][k] = e[q].mean();
        meanSquaredError[q] += e[q].error() * e[q].error() / experiments;
      }
    }
    for (int q = 0; q < names.length; q++) {
      double scatter = Math.sqrt(variance(values[q]));
      double ratio = Math.sqrt(meanSquaredError[q]) / scatter;
      // The scatter of 400 experiments is known to 1/sqrt(800) = 3.5 %.
      assertThat(ratio).as(names[q]).isBetween(1 - 3 * 0.035, 1 + 3 * 0.035);
    }
  }

  @Test
  void undefinedFunctionsGiveNaNNotAnException() {
    double[] x = Ar1.series(1, 100, 2);
    Estimate e = gammaMethod.derived(m -> Math.sqrt(-1 - m[0] * m[0]), x);
    assertThat(e.mean()).isNaN();
    assertThat(e.error()).isNaN();
  }

  @Test
  void badInputIsNamed() {
    assertThatThrownBy(() -> gammaMethod.mean(new double[7]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("observables[0]: 7 values (expected: >= 8)");
    double[] withNaN = new double[20];
    withNaN[3] = Double.NaN;
    assertThatThrownBy(() -> gammaMethod.mean(withNaN))
        .hasMessage("observables[0][3]: NaN (expected: finite)");
    assertThatThrownBy(() -> gammaMethod.mean(new double[10], new double[3]))
        .hasMessage("replicas[1][0]: 3 values (expected: >= 8)");
    assertThatThrownBy(() -> gammaMethod.derived(m -> m[0], new double[10], new double[11]))
        .hasMessage("observables[1]: 11 values (expected: 10, as in observables[0])");
    assertThatThrownBy(() -> new GammaMethod(0)).hasMessage("s: 0.0 (expected: > 0)");
  }

  /** m^2, |m|, m^4 and a two-point function of a slowly moving m: [4][n]. */
  static double[][] fieldLike(int n, long seed) {
    Ar1 m = new Ar1(6, seed);
    Ar1 p = new Ar1(2, seed + 1_000_000);
    SplittableRandom noise = new SplittableRandom(seed);
    double[][] data = new double[4][n];
    for (int i = 0; i < n; i++) {
      double x = 1 + 0.7 * m.next();
      double y = p.next();
      data[0][i] = x * x;
      data[1][i] = Math.abs(x);
      data[2][i] = x * x * x * x;
      data[3][i] = 0.2 * (x * x * 0.5 + y * y + 0.1 * noise.nextGaussian());
    }
    return data;
  }

  static double variance(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (values.length - 1);
  }
}
