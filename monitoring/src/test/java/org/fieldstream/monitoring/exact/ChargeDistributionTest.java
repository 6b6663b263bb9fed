package org.fieldstream.monitoring.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Probabilities of charges against susceptibilities, sums of uniforms, and a plain convolution. */
class ChargeDistributionTest {
  private static double spread(ChargeDistribution p) {
    double sum = 0;
    for (int q = -p.largest(); q <= p.largest(); q++) {
      sum += p.of(q) * q * q;
    }
    return sum;
  }

  @ParameterizedTest
  @CsvSource({
    "3, 3, 0",
    "3, 3, 2",
    "3, 5, 7",
    "4, 4, 1",
    "8, 8, 0",
    "8, 8, 11",
    "16, 16, 0",
    "16, 16, 1",
    "16, 16, 7",
    "16, 16, 11",
    "32, 32, 3",
    "32, 32, 200",
    "64, 64, 5"
  })
  void theirSpreadIsTheSusceptibility(int l0, int l1, double beta) {
    ChargeDistribution p = new ChargeDistribution(l0 * l1, beta);
    double expected = l0 * l1 * new U1Torus(l0, l1, beta).susceptibility();
    assertThat(spread(p)).isCloseTo(expected, within(1e-9 * expected + 1e-11));
    double sum = 0;
    for (int q = -p.largest(); q <= p.largest(); q++) {
      assertThat(p.of(q)).isPositive().isEqualTo(p.of(-q));
      sum += p.of(q);
    }
    assertThat(sum).isCloseTo(1, within(1e-12));
    assertThat(p.of(p.largest() + 1)).isZero();
  }

  /**
   * The density of a sum of V uniforms at V/2 + Q, by J. O. Irwin and P. Hall, Biometrika 19 (1927)
   * 225 and 240: {@code 1/(V-1)! sum_k (-1)^k C(V,k) (V/2 + Q - k)^(V-1)}.
   */
  @ParameterizedTest
  @ValueSource(ints = {9, 10, 12, 15})
  void uniformPlaquettesAreSumsOfUniforms(int volume) {
    double[] density = new double[volume / 2 + 1];
    double sum = 0;
    for (int q = 0; q < density.length; q++) {
      double binomial = 1;
      // From the far end, where the terms are few and small.
      double x = volume / 2.0 - q;
      for (int k = 0; k < x; k++) {
        density[q] += (k % 2 == 0 ? 1 : -1) * binomial * Math.pow(x - k, volume - 1);
        binomial *= (double) (volume - k) / (k + 1);
      }
      sum += (q == 0 ? 1 : 2) * density[q];
    }
    ChargeDistribution p = new ChargeDistribution(volume, 0);
    for (int q = 0; q < density.length; q++) {
      assertThat(p.of(q)).as("Q = %d", q).isCloseTo(density[q] / sum, within(2e-12));
    }
  }

  /** Angles on a grid that holds -pi to pi, added one by one. */
  @Test
  void plaquettesOfTheTheoryAddUpToIt() {
    int volume = 10;
    double beta = 2;
    int points = 256;
    double[] one = new double[points + 1];
    for (int i = 0; i <= points; i++) {
      double t = -Math.PI + 2 * Math.PI * i / points;
      // Trapezoids: half of each end.
      one[i] = Math.exp(beta * Math.cos(t)) * (i == 0 || i == points ? 0.5 : 1);
    }
    double[] sum = {1};
    for (int n = 0; n < volume; n++) {
      double[] more = new double[sum.length + points];
      for (int i = 0; i < sum.length; i++) {
        for (int j = 0; j <= points; j++) {
          more[i + j] += sum[i] * one[j];
        }
      }
      sum = more;
    }
    double norm = 0;
    int middle = sum.length / 2;
    for (int q = -volume / 2 + 1; q < volume / 2; q++) {
      norm += sum[middle + q * points];
    }
    ChargeDistribution p = new ChargeDistribution(volume, beta);
    for (int q = 0; q < 4; q++) {
      double found = sum[middle + q * points] / norm;
      assertThat(p.of(q)).as("Q = %d", q).isCloseTo(found, within(2e-3 * found));
    }
  }

  @Test
  void fewPlaquettesAreRefused() {
    assertThatThrownBy(() -> new ChargeDistribution(8, 1)).hasMessage("volume: 8 (expected: >= 9)");
  }
}
