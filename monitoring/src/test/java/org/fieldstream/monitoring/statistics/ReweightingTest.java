package org.fieldstream.monitoring.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ReweightingTest {
  private static final double MU = 0.4;
  private static final double SIGMA = 0.8;

  @Test
  void aGaussianReweightedToAnotherHasItsMoments() {
    int runs = 400;
    double[] binder = new double[runs];
    double squaredError = 0;
    int meanCovered = 0;
    int varianceCovered = 0;
    double kurtosisSum = 0;
    for (int r = 0; r < runs; r++) {
      Draws draws = new Draws(4000, 30 + r);
      Reweighting reweighting = new Reweighting(draws.logWeights);
      WeightedEstimate mean = reweighting.mean(draws.x);
      WeightedEstimate variance = reweighting.derived(m -> m[1] - m[0] * m[0], draws.x, draws.x2);
      WeightedEstimate u4 =
          reweighting.derived(DerivedQuantities.binderCumulant(), draws.x2, draws.x4);
      meanCovered += Math.abs(mean.sigmasFrom(MU, 0)) < 1 ? 1 : 0;
      varianceCovered += Math.abs(variance.sigmasFrom(SIGMA * SIGMA, 0)) < 1 ? 1 : 0;
      binder[r] = u4.mean();
      squaredError += u4.error() * u4.error() / runs;
      kurtosisSum += u4.mean();
      assertThat(mean.n()).isEqualTo(4000);
      assertThat(mean.effectiveSampleRatio()).isBetween(0.5, 0.9);
    }
    // 0.683 +- 0.023 for exact errors of 400 experiments.
    assertThat(meanCovered / (double) runs).isBetween(0.683 - 0.075, 0.683 + 0.075);
    assertThat(varianceCovered / (double) runs).isBetween(0.683 - 0.075, 0.683 + 0.075);
    double scatter = Math.sqrt(GammaMethodTest.variance(binder));
    assertThat(Math.sqrt(squaredError) / scatter).isBetween(1 - 3 * 0.035, 1 + 3 * 0.035);
    double m2 = MU * MU + SIGMA * SIGMA;
    double m4 = Math.pow(MU, 4) + 6 * MU * MU * SIGMA * SIGMA + 3 * Math.pow(SIGMA, 4);
    assertThat(kurtosisSum / runs)
        .isCloseTo(1 - m4 / (3 * m2 * m2), within(3.5 * scatter / Math.sqrt(runs)));
  }

  @Test
  void aConstantInTheLogWeightsAndEqualWeightsChangeNothing() {
    Draws draws = new Draws(1000, 3);
    double[] shifted = draws.logWeights.clone();
    for (int i = 0; i < shifted.length; i++) {
      shifted[i] += 7000;
    }
    WeightedEstimate a = new Reweighting(draws.logWeights).mean(draws.x);
    WeightedEstimate b = new Reweighting(shifted).mean(draws.x);
    assertThat(b.mean()).isCloseTo(a.mean(), within(1e-9));
    assertThat(b.error()).isCloseTo(a.error(), within(1e-9));

    WeightedEstimate plain = new Reweighting(new double[1000]).mean(draws.x);
    Estimate gamma = new GammaMethod().mean(draws.x);
    assertThat(plain.mean()).isCloseTo(gamma.mean(), within(1e-12));
    assertThat(plain.error()).isCloseTo(gamma.error(), within(1e-12));
    assertThat(plain.effectiveN()).isCloseTo(1000, within(1e-9));
  }

  @Test
  void badInputIsNamed() {
    Reweighting reweighting = new Reweighting(new double[10]);
    assertThatThrownBy(() -> reweighting.mean(new double[9]))
        .hasMessage("observables[0]: 9 values (expected: 10, one per weight)");
    assertThatThrownBy(() -> new Reweighting(new double[3]))
        .hasMessage("logWeights: 3 (expected: >= 8)");
  }

  /** Draws from N(0, 1) with the log weights of N(MU, SIGMA^2). */
  static final class Draws {
    final double[] x;
    final double[] x2;
    final double[] x4;
    final double[] logWeights;

    Draws(int n, long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      x = new double[n];
      x2 = new double[n];
      x4 = new double[n];
      logWeights = new double[n];
      for (int i = 0; i < n; i++) {
        x[i] = random.nextGaussian();
        x2[i] = x[i] * x[i];
        x4[i] = x2[i] * x2[i];
        double z = (x[i] - MU) / SIGMA;
        logWeights[i] = -z * z / 2 + x2[i] / 2;
      }
    }
  }
}
