package org.fieldstream.monitoring.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightsTest {
  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.3, 0.7, 1.0})
  void essOfLognormalWeightsIsTheExactOne(double sigma) {
    int runs = 40;
    int n = 65_536;
    double[] ess = new double[runs];
    double[] variance = new double[runs];
    for (int r = 0; r < runs; r++) {
      double[] logWeights = lognormal(sigma, n, 11 + r);
      ess[r] = EffectiveSampleSize.ratio(logWeights);
      variance[r] = EffectiveSampleSize.logWeightVariance(logWeights);
    }
    // (E w)^2 / E w^2 = exp(-sigma^2) for log w normal with variance sigma^2.
    assertWithinThreeSigma(ess, Math.exp(-sigma * sigma));
    assertWithinThreeSigma(variance, sigma * sigma);
  }

  @Test
  void onlineWeightsAreTheWholeSampleAtEveryScale() {
    for (double logZ : new double[] {0, -5000, 5000, 1e6}) {
      double[] logWeights = lognormal(1.3, 5000, 2);
      OnlineWeights online = new OnlineWeights();
      for (int i = 0; i < logWeights.length; i++) {
        logWeights[i] += logZ;
        online.add(logWeights[i]);
      }
      assertThat(online.essRatio()).isCloseTo(EffectiveSampleSize.ratio(logWeights), within(1e-11));
      assertThat(online.effectiveN()).isCloseTo(5000 * online.essRatio(), within(1e-9));
      assertThat(online.logWeightVariance()).isCloseTo(1.69, within(0.11));
      assertThat(online.logMeanWeight() - logZ).isCloseTo(0.845, within(0.15));
    }
  }

  @Test
  void equalWeightsAreWorthTheWholeSampleAndOneHeavyWeightIsWorthOne() {
    assertThat(EffectiveSampleSize.ratio(new double[] {-3, -3, -3})).isEqualTo(1);
    assertThat(EffectiveSampleSize.ratio(new double[] {900, 0, 0, 0})).isEqualTo(0.25);
    assertThat(
            EffectiveSampleSize.ratio(
                new double[] {1, 1, Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY}))
        .isEqualTo(0.5);
    assertThat(EffectiveSampleSize.logWeightVariance(new double[] {0, Double.NEGATIVE_INFINITY}))
        .isInfinite();
  }

  @Test
  void anEmptyStreamKnowsNothing() {
    OnlineWeights online = new OnlineWeights();
    assertThat(online.essRatio()).isNaN();
    online.add(Double.NEGATIVE_INFINITY);
    assertThat(online.essRatio()).isNaN();
    online.add(4);
    assertThat(online.essRatio()).isEqualTo(0.5);
    assertThat(online.count()).isEqualTo(2);
  }

  @Test
  void badLogWeightsAreNamed() {
    assertThatThrownBy(() -> EffectiveSampleSize.ratio(new double[] {0, Double.NaN}))
        .hasMessage("logWeights[1]: NaN (expected: finite or -Infinity)");
    assertThatThrownBy(() -> EffectiveSampleSize.ratio(new double[] {Double.NEGATIVE_INFINITY}))
        .hasMessage("logWeights: all -Infinity (expected: at least one finite)");
    assertThatThrownBy(() -> EffectiveSampleSize.ratio(new double[0]))
        .hasMessage("logWeights: 0 (expected: >= 1)");
    assertThatThrownBy(() -> new OnlineWeights().add(Double.POSITIVE_INFINITY))
        .hasMessage("logWeight: Infinity (expected: finite or -Infinity)");
  }

  static double[] lognormal(double sigma, int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] logWeights = new double[n];
    for (int i = 0; i < n; i++) {
      logWeights[i] = sigma * random.nextGaussian();
    }
    return logWeights;
  }

  private static void assertWithinThreeSigma(double[] values, double exact) {
    double error = Math.sqrt(GammaMethodTest.variance(values) / values.length);
    assertThat(Means.of(values)).isCloseTo(exact, within(3 * error));
  }
}
