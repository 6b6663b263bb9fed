package org.fieldstream.monitoring.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bessel sums against series, quadratures and published digits. */
class U1TorusTest {
  /** M. Abramowitz, I. A. Stegun, "Handbook of Mathematical Functions", tables 9.8 and 9.9. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 0.5651591040, 1.2660658778",
    "2, 1, 1.5906368546, 2.2795853023",
    "5, 2, 17.5056149666, 27.2398718236"
  })
  void ratiosAreThoseOfTheTables(double x, int order, double higher, double first) {
    BesselRatios ratios = new BesselRatios(x);
    assertThat(ratios.of(order)).isCloseTo(higher / first, within(1e-10));
    assertThat(ratios.of(-order)).isEqualTo(ratios.of(order));
    assertThat(ratios.scaledFirst() * Math.exp(x)).isCloseTo(first, within(2e-10 * first));
  }

  /**
   * The trapezoidal rule on a full period is exact to rounding for functions as smooth as these.
   */
  @ParameterizedTest
  @ValueSource(doubles = {0, 1e-3, 0.7, 3, 11, 60, 700})
  void ratiosAreTheirIntegrals(double x) {
    BesselRatios ratios = new BesselRatios(x);
    for (int n : new int[] {0, 1, 2, 5, 20}) {
      double sum = 0;
      double norm = 0;
      for (int i = 0; i < 4096; i++) {
        double t = 2 * Math.PI * i / 4096;
        double weight = Math.exp(x * (Math.cos(t) - 1));
        sum += weight * Math.cos(n * t);
        norm += weight;
      }
      assertThat(ratios.of(n)).isCloseTo(sum / norm, within(1e-13));
      assertThat(ratios.scaledFirst()).isCloseTo(norm / 4096, within(1e-13));
    }
    assertThat(ratios.of(ratios.last() + 1)).isZero();
    assertThat(ratios.of(ratios.last())).isLessThan(1e-30);
  }

  @ParameterizedTest
  @CsvSource({
    "1, .0406362",
    "3, .0110608",
    "5, .0057558",
    "7, .0039313",
    "9, .0029942",
    "11, .0024191"
  })
  void susceptibilitiesOnSixteenSquaredAreTheKnownOnes(double beta, double known) {
    assertThat(new U1Torus(16, 16, beta).susceptibility()).isCloseTo(known, within(5.01e-8));
  }

  @Test
  void twoPlaquettesAreOneAngle() {
    // theta_2 = -theta_1: the weight is exp(2 beta cos theta), and the charge always 0.
    double beta = 1.7;
    U1Torus torus = new U1Torus(2, 1, beta);
    assertThat(torus.plaquette()).isCloseTo(new BesselRatios(2 * beta).of(1), within(1e-14));
    assertThat(torus.susceptibility()).isCloseTo(0, within(1e-14));
    assertThat(torus.loop(2)).isCloseTo(1, within(1e-14));
    assertThat(torus.loop(0)).isCloseTo(1, within(1e-14));
  }

  /** Three plaquettes by a double sum over the two that are free. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.4, 1, 4})
  void threePlaquettesAreADoubleIntegral(double beta) {
    int n = 900;
    double norm = 0;
    double plaquette = 0;
    double pair = 0;
    double charge = 0;
    for (int i = 0; i < n; i++) {
      double a = 2 * Math.PI * (i + 0.5) / n - Math.PI;
      for (int j = 0; j < n; j++) {
        double b = 2 * Math.PI * (j + 0.5) / n - Math.PI;
        double weight = Math.exp(beta * (Math.cos(a) + Math.cos(b) + Math.cos(a + b) - 3));
        norm += weight;
        plaquette += weight * Math.cos(a);
        pair += weight * Math.cos(a + b);
        // |a + b| > pi: the third, -(a + b), is wrapped once, and that is the charge.
        double beyond = Math.abs(a + b) - Math.PI;
        charge += weight * (beyond > 1e-9 ? 1 : beyond < -1e-9 ? 0 : 0.5);
      }
    }
    U1Torus torus = new U1Torus(3, 1, beta);
    assertThat(torus.plaquette()).isCloseTo(plaquette / norm, within(1e-12));
    assertThat(torus.loop(2)).isCloseTo(pair / norm, within(1e-12));
    // The edge of the region of charge is cut by squares of side 2 pi / 900.
    assertThat(torus.susceptibility()).isCloseTo(charge / norm / 3, within(1e-5));
    double measure = Math.pow(2 * Math.PI, 6) / ((double) n * n);
    assertThat(torus.logZ()).isCloseTo(Math.log(norm * measure) + 3 * beta, within(1e-12));
  }

  @Test
  void largeVolumesHaveTheAreaLawOfOnePlaquette() {
    U1Torus torus = new U1Torus(64, 32, 2);
    double one = new BesselRatios(2).of(1);
    assertThat(torus.loop(12)).isCloseTo(Math.pow(one, 12), within(1e-14));
    // Independent plaquettes: chi_Q is the variance of one angle over 4 pi^2.
    double square = 0;
    double norm = 0;
    for (int i = 0; i < 100_000; i++) {
      double t = 2 * Math.PI * (i + 0.5) / 100_000 - Math.PI;
      square += t * t * Math.exp(2 * Math.cos(t));
      norm += Math.exp(2 * Math.cos(t));
    }
    assertThat(torus.susceptibility())
        .isCloseTo(square / norm / (4 * Math.PI * Math.PI), within(1e-10));
  }

  @Test
  void observablesGoByTheirNames() {
    U1Torus torus = new U1Torus(6, 4, 3);
    assertThat(torus.mean("plaquette")).hasValue(torus.plaquette());
    assertThat(torus.mean("wilson_2x3")).hasValue(torus.loop(6));
    assertThat(torus.mean("charge")).hasValue(0);
    assertThat(torus.mean("chi_q")).hasValue(torus.susceptibility());
    assertThat(torus.mean("action_per_site")).hasValue(-3 * torus.plaquette());
    assertThat(torus.mean("polyakov_abs2"))
        .hasValue((1 + torus.loop(6) + torus.loop(12) + torus.loop(18)) / 4);
    assertThat(torus.mean("wilson_9x9")).isEmpty();
    assertThat(torus.mean("phi2")).isEmpty();
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> new U1Torus(0, 4, 1))
        .hasMessage("extents: 0 x 4 (expected: each at least 1)");
    assertThatThrownBy(() -> new U1Torus(4, 4, -1))
        .hasMessage("x: -1.0 (expected: finite and >= 0)");
    assertThatThrownBy(() -> new U1Torus(4, 4, 1).loop(17))
        .hasMessage("area: 17 (expected: 0 to 16, the plaquettes there are)");
  }
}
