package org.fieldstream.monitoring.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BinsTest {
  private static final ToDoubleFunction<double[]> U4 = DerivedQuantities.binderCumulant();

  @Test
  void jackknifeErrorsMatchTheScatterOfRepeatedExperiments() {
    int experiments = 400;
    double[] values = new double[experiments];
    double squaredError = 0;
    for (int k = 0; k < experiments; k++) {
      double[][] data = GammaMethodTest.fieldLike(4000, 900 + k);
      BinnedEstimate e = new Jackknife(40).estimate(U4, data[0], data[2]);
      values[k] = e.mean();
      squaredError += e.error() * e.error() / experiments;
      assertThat(e.binLength()).isEqualTo(100);
    }
    double ratio = Math.sqrt(squaredError / GammaMethodTest.variance(values));
    // Scatter to 3.5 %; bins of 17 tau_int lose 1 / (2 * 17) of the error at most.
    assertThat(ratio).isBetween(1 - 3 * 0.035 - 0.03, 1 + 3 * 0.035);
  }

  @Test
  void jackknifeOfAMeanIsTheTextbookError() {
    double[] x = {1, 2, 4, 7, 11, 16};
    BinnedEstimate e = new Jackknife(6).estimate(m -> m[0], x);
    assertThat(e.mean()).isCloseTo(41 / 6.0, within(1e-12));
    assertThat(e.error()).isCloseTo(Math.sqrt(GammaMethodTest.variance(x) / 6), within(1e-12));
  }

  @Test
  void jackknifeRemovesTheBiasOfASquare() {
    double[] x = {1, 2, 4, 7, 11, 16};
    // <x>^2 is high by variance / n; the jackknife knows this exactly for a quadratic function.
    double unbiased = 41 / 6.0 * 41 / 6.0 - GammaMethodTest.variance(x) / 6;
    assertThat(new Jackknife(6).estimate(m -> m[0] * m[0], x).mean())
        .isCloseTo(unbiased, within(1e-12));
  }

  @Test
  void jackknifeRefusesBadInput() {
    assertThatThrownBy(() -> new Jackknife(1)).hasMessage("bins: 1 (expected: >= 2)");
    assertThatThrownBy(() -> new Jackknife(10).estimate(m -> m[0], new double[9]))
        .hasMessage("observables[0]: 9 values (expected: >= 10)");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 5000, 20_000})
  void onlineErrorsMatchTheScatterOfRepeatedExperiments(int n) {
    int experiments = 400;
    double[] values = new double[experiments];
    double squaredError = 0;
    for (int k = 0; k < experiments; k++) {
      double[][] data = GammaMethodTest.fieldLike(n, 5000 + k);
      OnlineDerived online = new OnlineDerived(2);
      for (int i = 0; i < n; i++) {
        online.add(data[0][i], data[2][i]);
      }
      BinnedEstimate e = online.estimate(U4);
      values[k] = e.mean();
      squaredError += e.error() * e.error() / experiments;
      assertThat(e.bins()).isLessThan(OnlineDerived.MAX_BINS);
    }
    double ratio = Math.sqrt(squaredError / GammaMethodTest.variance(values));
    assertThat(ratio).isBetween(1 - 3 * 0.035 - 0.03, 1 + 3 * 0.035 + 0.03);
  }

  @Test
  void onlineDerivedAgreesWithTheGammaMethodOnTheWholeSeries() {
    double[][] data = GammaMethodTest.fieldLike(100_000, 77);
    OnlineDerived online = new OnlineDerived(2);
    for (int i = 0; i < 100_000; i++) {
      online.add(data[0][i], data[2][i]);
    }
    Estimate whole = new GammaMethod().derived(U4, data[0], data[2]);
    BinnedEstimate running = online.estimate(U4);
    assertThat(running.mean()).isCloseTo(whole.mean(), within(1e-10));
    assertThat(running.n()).isEqualTo(100_000);
    // About 400 bins with window 1: the error's own error is 6 %.
    assertThat(running.error()).isCloseTo(whole.error(), within(0.18 * whole.error()));
  }

  @Test
  void weightedOnlineMeansAreThoseOfReweighting() {
    ReweightingTest.Draws draws = new ReweightingTest.Draws(30_000, 6);
    OnlineDerived online = new OnlineDerived(2);
    for (int i = 0; i < draws.x.length; i++) {
      // A drifting log Z, as if the largest weight came late: only differences matter.
      online.addWeighted(draws.logWeights[i] + 3000, draws.x2[i], draws.x4[i]);
    }
    WeightedEstimate whole = new Reweighting(draws.logWeights).derived(U4, draws.x2, draws.x4);
    BinnedEstimate running = online.estimate(U4);
    assertThat(running.mean()).isCloseTo(whole.mean(), within(1e-9));
    assertThat(running.error()).isCloseTo(whole.error(), within(0.18 * whole.error()));
  }

  @Test
  void aLateHeavyWeightTakesOver() {
    OnlineDerived online = new OnlineDerived(1);
    for (int i = 0; i < 1000; i++) {
      online.addWeighted(-800, 1);
    }
    online.addWeighted(Double.NEGATIVE_INFINITY, 1e9);
    online.addWeighted(800, 5);
    assertThat(online.means()[0]).isEqualTo(5);
    assertThat(online.count()).isEqualTo(1002);
  }

  @Test
  void interleavedChainsAreBinnedBySweeps() {
    int chains = 20;
    int experiments = 300;
    double[] values = new double[experiments];
    double squaredError = 0;
    for (int k = 0; k < experiments; k++) {
      List<Ar1> all = new ArrayList<>();
      for (int c = 0; c < chains; c++) {
        all.add(new Ar1(5, 200_000L + 100L * k + c));
      }
      OnlineDerived online = new OnlineDerived(2, chains);
      for (int i = 0; i < 300; i++) {
        for (Ar1 chain : all) {
          double x = 1 + 0.7 * chain.next();
          online.add(x * x, x * x * x * x);
        }
      }
      values[k] = online.estimate(U4).mean();
      squaredError += Math.pow(online.estimate(U4).error(), 2) / experiments;
    }
    double ratio = Math.sqrt(squaredError / GammaMethodTest.variance(values));
    // Scatter of 300 experiments to 4.1 %.
    assertThat(ratio).isBetween(1 - 3 * 0.041 - 0.03, 1 + 3 * 0.041);
  }

  @Test
  void onlineDerivedSaysNothingTooEarlyAndRefusesBadInput() {
    OnlineDerived online = new OnlineDerived(2);
    assertThat(online.means()).containsOnly(Double.NaN);
    for (int i = 0; i < 7; i++) {
      online.add(i, i);
    }
    assertThat(online.estimate(m -> m[0] - m[1]).mean()).isZero();
    assertThat(online.estimate(m -> m[0]).error()).isNaN();
    assertThatThrownBy(() -> online.add(1))
        .hasMessage("values: 1 (expected: 2, one per observable)");
    assertThatThrownBy(() -> online.add(1, Double.NaN))
        .hasMessage("values[1]: NaN (expected: finite)");
    assertThat(online.count()).isEqualTo(7);
  }
}
