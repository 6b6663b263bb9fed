package org.fieldstream.monitoring.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/**
 * Digit by digit against UWerr.m, Wolff's own program (version 6 of November 2006, run in Octave
 * 7.3), on AR(1) series that any language can repeat.
 */
class WolffReferenceTest {
  private static final Offset<Double> DIGITS = within(1e-11);

  private final GammaMethod gammaMethod = new GammaMethod();

  @Test
  void meansOfIndependentNumbers() {
    assertMean(
        gammaMethod.mean(series(1000, 0, 1)),
        new Estimate(
            0.00794592325385618,
            0.00887930588429272,
            0.470234330779221,
            0.0301796037296998,
            1,
            1000),
        0.000343894038157472);
  }

  @Test
  void meansOfCorrelatedSeries() {
    assertMean(
        gammaMethod.mean(series(1000, 0.8, 2)),
        new Estimate(
            0.0369856480849591, 0.0466932798528679, 4.4521959787261, 1.12800772724556, 20, 1000),
        0.0066854602579085);
    assertMean(
        gammaMethod.mean(series(5000, 0.95, 3)),
        new Estimate(
            0.00819285410095442, 0.0830127654628968, 20.082722039861, 4.83379990723712, 92, 5000),
        0.0112909568129216);
    assertMean(
        gammaMethod.mean(series(60, 0.98, 6)),
        new Estimate(
            1.56024614122255, 0.506699845833129, 6.95243528952924, 2.86519337262167, 9, 60),
        0.201621550220105);
  }

  @Test
  void binderCumulantsByLinearPropagation() {
    assertMean(
        binder(series(1000, 0.8, 2)),
        new Estimate(
            0.177306092062346, 0.037133235873449, 0.846303248497458, 0.115466245240228, 5, 1000),
        0.00275387447705639);
    assertMean(
        binder(series(5000, 0.95, 3)),
        new Estimate(
            0.0375530598598871, 0.0431147866083196, 3.38778771597084, 0.418906079015855, 22, 5000),
        0.00289222781074801);
  }

  @Test
  void replicas() {
    double[] whole = series(3000, 0.8, 4);
    Estimate e =
        gammaMethod.mean(Arrays.copyOfRange(whole, 0, 1000), Arrays.copyOfRange(whole, 1000, 3000));
    assertMean(
        e,
        new Estimate(e.mean(), 0.0343354158779371, 7.03411472916063, 1.39424328859292, 36, 3000),
        0.00378728612589313);
    // UWerr's value has the O(1/N) bias of the mean cancelled, which is 0 for a primary observable.
    assertThat(e.mean()).isCloseTo(0.00566362305001462, within(1e-9));
  }

  private Estimate binder(double[] x) {
    double[] x2 = Arrays.stream(x).map(v -> v * v).toArray();
    double[] x4 = Arrays.stream(x2).map(v -> v * v).toArray();
    return gammaMethod.derived(DerivedQuantities.binderCumulant(), x2, x4);
  }

  private static void assertMean(Estimate e, Estimate wolff, double errorOfError) {
    assertThat(e.mean()).isCloseTo(wolff.mean(), DIGITS);
    assertThat(e.error()).isCloseTo(wolff.error(), DIGITS);
    assertThat(e.errorOfError()).isCloseTo(errorOfError, DIGITS);
    assertThat(e.tauInt()).isCloseTo(wolff.tauInt(), DIGITS);
    assertThat(e.tauIntError()).isCloseTo(wolff.tauIntError(), DIGITS);
    assertThat(e.window()).isEqualTo(wolff.window());
    assertThat(e.n()).isEqualTo(wolff.n());
  }

  /** x' = a x + u with u uniform in [-1/2, 1/2) from Knuth's 64-bit congruential generator. */
  private static double[] series(int n, double a, long seed) {
    double[] values = new double[n];
    long state = seed;
    double x = 0;
    for (int i = 0; i < n; i++) {
      state = state * 6364136223846793005L + 1442695040888963407L;
      x = a * x + (state >>> 11) * 0x1p-53 - 0.5;
      values[i] = x;
    }
    return values;
  }
}
