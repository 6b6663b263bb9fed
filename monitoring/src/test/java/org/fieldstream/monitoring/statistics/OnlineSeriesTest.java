package org.fieldstream.monitoring.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnlineSeriesTest {
  private final GammaMethod gammaMethod = new GammaMethod();

  @ParameterizedTest
  @CsvSource({
    "0.5, 5000",
    "0.5, 100000",
    "5, 1000",
    "5, 100000",
    "50, 20000",
    "50, 400000",
    "500, 200000"
  })
  void agreesWithTheGammaMethodOnTheWholeSeries(double tauInt, int n) {
    double worstTau = 0;
    double worstError = 0;
    for (long seed = 0; seed < 5; seed++) {
      double[] series = Ar1.series(tauInt, n, seed);
      OnlineSeries online = new OnlineSeries();
      for (double value : series) {
        online.add(value);
      }
      Estimate whole = gammaMethod.mean(series);
      Estimate running = online.estimate();
      assertThat(running.mean()).isCloseTo(whole.mean(), within(1e-9));
      assertThat(running.n()).isEqualTo(n);
      worstTau = Math.max(worstTau, Math.abs(running.tauInt() / whole.tauInt() - 1));
      worstError = Math.max(worstError, Math.abs(running.error() / whole.error() - 1));
    }
    assertThat(worstTau).isLessThan(0.03);
    assertThat(worstError).isLessThan(0.015);
  }

  @Test
  void isTheGammaMethodExactlyWhereTheWindowIsShort() {
    double[] series = Ar1.series(1, 3000, 4);
    OnlineSeries online = new OnlineSeries();
    for (double value : series) {
      online.add(value + 1e6);
    }
    Estimate whole = gammaMethod.mean(series);
    assertThat(online.estimate().window()).isEqualTo(whole.window());
    assertThat(online.tauInt()).isCloseTo(whole.tauInt(), within(1e-7));
    assertThat(online.tauIntError()).isCloseTo(whole.tauIntError(), within(1e-7));
    assertThat(online.error()).isCloseTo(whole.error(), within(1e-7));
    assertThat(online.mean()).isCloseTo(whole.mean() + 1e6, within(1e-7));
  }

  @ParameterizedTest
  @CsvSource({"0.5, 4000", "5, 4000", "20, 16000"})
  void oneSigmaIntervalsCoverTheMean(double tauInt, int n) {
    int covered = 0;
    for (int s = 0; s < 500; s++) {
      OnlineSeries online = new OnlineSeries();
      Ar1 chain = new Ar1(tauInt, 50_000 + s);
      for (int i = 0; i < n; i++) {
        online.add(chain.next());
      }
      covered += Math.abs(online.mean()) < online.error() ? 1 : 0;
    }
    assertThat(covered / 500.0).isBetween(0.60, 0.75);
  }

  @ParameterizedTest
  @CsvSource({"4, 2000", "16, 1000", "100, 500"})
  void interleavedChainsAreTakenApart(int chains, int steps) {
    double tauInt = 5;
    int covered = 0;
    double sumTau = 0;
    for (int s = 0; s < 200; s++) {
      List<Ar1> all = new ArrayList<>();
      for (int c = 0; c < chains; c++) {
        all.add(new Ar1(tauInt, 1_000_000L + 1000L * s + c));
      }
      OnlineSeries online = new OnlineSeries(chains);
      for (int i = 0; i < steps; i++) {
        for (Ar1 chain : all) {
          online.add(chain.next());
        }
      }
      covered += Math.abs(online.mean()) < online.error() ? 1 : 0;
      sumTau += online.tauInt();
    }
    // 0.683 +- 0.033 for exact errors of 200 series.
    assertThat(covered / 200.0).isBetween(0.683 - 0.1, 0.683 + 0.1);
    assertThat(sumTau / 200).isCloseTo(tauInt, within(0.03 * tauInt));
  }

  /**
   * Many chains, short against tau_int, from one value each on: 0.683 +- 0.023 of 400 means lie
   * within an exact error. Bins in time would make errors of functions of means a fifth smaller.
   */
  @ParameterizedTest
  @CsvSource({"64, 1, 50", "64, 20, 50", "64, 100, 34", "64, 600, 50", "20, 30, 5", "300, 8, 500"})
  void manyShortChainsHaveHonestErrors(int chains, int steps, double tauInt) {
    int covered = 0;
    double jointRatio = 0;
    for (int s = 0; s < 400; s++) {
      Ar1[] all = new Ar1[chains];
      for (int c = 0; c < chains; c++) {
        all[c] = new Ar1(tauInt, 3_000_000L + 1000L * s + c);
      }
      OnlineSeries online = new OnlineSeries(chains);
      OnlineDerived joint = new OnlineDerived(2, chains);
      for (int i = 0; i < steps * chains; i++) {
        double value = 7 + all[i % chains].next();
        online.add(value);
        joint.add(value, value * value);
      }
      covered += Math.abs(online.mean() - 7) < online.error() ? 1 : 0;
      jointRatio += joint.estimate(m -> m[0]).error() / online.error() / 400;
    }
    assertThat(covered / 400.0).isBetween(0.60, 0.75);
    // The same chains, the same scatter.
    assertThat(jointRatio).isBetween(0.9, 1.1);
  }

  @Test
  void chainsThatAreNotTrackedMayBeTheOnlyOnesThatMove() {
    OnlineSeries online = new OnlineSeries(64);
    for (int i = 0; i < 64 * 100; i++) {
      online.add(i % 64 < 60 ? 0 : 1);
    }
    // 4 of 64 charges are 1, for ever.
    double p = 4 / 64.0;
    assertThat(online.error()).isCloseTo(Math.sqrt(p * (1 - p) / 63), within(1e-9));
    assertThat(online.withinChains().error()).isNaN();
  }

  @Test
  void sayNothingBeforeThereIsAnything() {
    OnlineSeries online = new OnlineSeries();
    assertThat(online.mean()).isNaN();
    assertThat(online.error()).isNaN();
    for (int i = 0; i < 7; i++) {
      online.add(i);
    }
    assertThat(online.mean()).isEqualTo(3);
    assertThat(online.error()).isNaN();
    online.add(3);
    assertThat(online.error()).isPositive();
  }

  @Test
  void constantSeriesHaveNoError() {
    OnlineSeries online = new OnlineSeries();
    for (int i = 0; i < 1000; i++) {
      online.add(0.1);
    }
    assertThat(online.estimate()).isEqualTo(new Estimate(0.1, 0, 0.5, 0, 0, 1000));
  }

  @Test
  void badInputIsNamed() {
    assertThatThrownBy(() -> new OnlineSeries(0)).hasMessage("chains: 0 (expected: >= 1)");
    assertThatThrownBy(() -> new OnlineSeries().add(Double.NaN))
        .hasMessage("value: NaN (expected: finite)");
  }
}
