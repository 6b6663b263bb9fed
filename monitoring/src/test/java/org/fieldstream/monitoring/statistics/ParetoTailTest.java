package org.fieldstream.monitoring.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParetoTailTest {
  /** Against psislw of ArviZ 0.23.4 on weights that any language can repeat. */
  @ParameterizedTest
  @CsvSource({
    "1000, 1, 0.3, 0.32870331088221175",
    "1000, 2, 0.9, 1.026572732196066",
    "20000, 3, 0.6, 0.5131659441475724",
    "64, 4, 0.2, 0.14427928610457028",
    "5000, 5, -0.5, -0.5242054050622371"
  })
  void agreesWithArviz(int n, long seed, double k, double expected) {
    double[] logWeights =
        Arrays.stream(Lcg.uniforms(n, seed))
            .map(u -> k > 0 ? -k * Math.log(u + 1e-12) : Math.log(2 - Math.pow(u, -k)))
            .toArray();
    assertThat(ParetoTail.kHat(logWeights)).isCloseTo(expected, within(1e-9));
    for (int i = 0; i < n; i++) {
      logWeights[i] -= 5000;
    }
    assertThat(ParetoTail.kHat(logWeights)).isCloseTo(expected, within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.2, 0.5, 0.7, 1.0, 1.5})
  void theShapeOfParetoWeightsIsFound(double k) {
    int runs = 50;
    int n = 10_000;
    double[] found = new double[runs];
    for (int r = 0; r < runs; r++) {
      found[r] = ParetoTail.kHat(pareto(k, n, 100 + r));
    }
    double error = Math.sqrt(GammaMethodTest.variance(found));
    // The scatter is that of maximum likelihood, (1 + k) / sqrt(M); Pareto weights have no bias but
    // the prior's, 10 / (M + 10) of the distance to 1/2.
    assertThat(error).isCloseTo((1 + k) / Math.sqrt(300), within(0.35 * (1 + k) / Math.sqrt(300)));
    double prior = (300 * k + 10 * 0.5) / 310;
    assertThat(Means.of(found)).isCloseTo(prior, within(3 * error / Math.sqrt(runs) + 0.01));
  }

  @Test
  void theRunningTailIsThatOfTheWholeSampleAsLongAsItFits() {
    double[] logWeights = pareto(0.8, 100_000, 5);
    OnlineTail online = new OnlineTail();
    for (int i = 0; i < logWeights.length; i++) {
      online.add(logWeights[i]);
      if (i == 20 || i == 999 || i == 30_000) {
        assertThat(online.kHat()).isEqualTo(ParetoTail.kHat(Arrays.copyOf(logWeights, i + 1)));
      }
    }
    assertThat(online.kHat()).isEqualTo(ParetoTail.kHat(logWeights));
    assertThat(online.count()).isEqualTo(100_000);
  }

  @Test
  void beyondItTheRunningTailHasNoBias() {
    double[] found = new double[10];
    for (int r = 0; r < found.length; r++) {
      OnlineTail online = new OnlineTail();
      for (double logWeight : pareto(0.7, 250_000, 900 + r)) {
        online.add(logWeight);
      }
      found[r] = online.kHat();
    }
    assertThat(Means.of(found)).isCloseTo(0.7, within(3 * 1.7 / Math.sqrt(1023 * 10.0)));
  }

  @Test
  void weightsWithoutATailHaveNoShape() {
    assertThat(ParetoTail.kHat(new double[1000])).isNaN();
    assertThat(ParetoTail.kHat(new double[] {0, 1, 2, 3, 4})).isNaN();
    OnlineTail online = new OnlineTail();
    assertThat(online.kHat()).isNaN();
    for (int i = 0; i < 2000; i++) {
      online.add(Double.NEGATIVE_INFINITY);
    }
    assertThat(online.kHat()).isNaN();
    // Draws of weight 0 are draws: they make the tail longer, not heavier.
    for (double logWeight : pareto(0.5, 2000, 4)) {
      online.add(logWeight);
    }
    assertThat(online.kHat()).isCloseTo(0.5, within(0.35));
  }

  @Test
  void badLogWeightsAreNamed() {
    assertThatThrownBy(() -> ParetoTail.kHat(new double[] {1, Double.NaN}))
        .hasMessage("logWeights[1]: NaN (expected: finite or -Infinity)");
    assertThatThrownBy(() -> new OnlineTail().add(Double.POSITIVE_INFINITY))
        .hasMessage("logWeight: Infinity (expected: finite or -Infinity)");
  }

  private static double[] pareto(double k, int n, long seed) {
    SplittableRandom random = new SplittableRandom(new SplittableRandom(seed).nextLong());
    double[] logWeights = new double[n];
    for (int i = 0; i < n; i++) {
      logWeights[i] = -k * Math.log(1 - random.nextDouble());
    }
    return logWeights;
  }
}
