package org.fieldstream.monitoring.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  @Test
  void errorsMatchTheScatterOfRepeatedExperimentsAndTheJackknife() {
    int experiments = 300;
    Bootstrap bootstrap = new Bootstrap(50, 400, 3);
    Jackknife jackknife = new Jackknife(50);
    double[] values = new double[experiments];
    double meanSquares = 0;
    double jackknifeSquares = 0;
    int inside = 0;
    // <m^2> of m = 1 + 0.7 x is 1.49; U4 = 1 - <m^4> / (3 <m^2>^2), <m^4> = 1 + 6 0.49 + 3 0.49^2
    double exact = 1 - (1 + 6 * 0.49 + 3 * 0.49 * 0.49) / (3 * 1.49 * 1.49);
    for (int k = 0; k < experiments; k++) {
      double[][] data = GammaMethodTest.fieldLike(10_000, 500 + k);
      BootstrapEstimate e =
          bootstrap.estimate(DerivedQuantities.binderCumulant(), data[0], data[2]);
      double other =
          jackknife.estimate(DerivedQuantities.binderCumulant(), data[0], data[2]).error();
      values[k] = e.mean();
      meanSquares += e.error() * e.error() / experiments;
      jackknifeSquares += other * other / experiments;
      inside += e.low() < exact && exact < e.high() ? 1 : 0;
    }
    double scatter = Math.sqrt(GammaMethodTest.variance(values));
    // 4 % is the relative error of the scatter; bins of 33 tau_int leave a bias of -1.5 %.
    assertThat(Math.sqrt(meanSquares) / scatter).isBetween(0.87, 1.13);
    assertThat(Math.sqrt(meanSquares / jackknifeSquares)).isBetween(0.95, 1.05);
    // 68.3 % +- 2.7 %, less what the bins and the mean's bias take.
    assertThat(inside / (double) experiments).isBetween(0.58, 0.76);
  }

  @Test
  void itIsAFunctionOfDataAndSeed() {
    double[] x = Ar1.series(1, 1000, 4);
    BootstrapEstimate one = new Bootstrap(20, 100, 7).estimate(m -> m[0], x);
    assertThat(new Bootstrap(20, 100, 7).estimate(m -> m[0], x)).isEqualTo(one);
    assertThat(new Bootstrap(20, 100, 8).estimate(m -> m[0], x).error())
        .isNotEqualTo(one.error())
        .isCloseTo(one.error(), within(0.4 * one.error()));
    assertThat(one.mean()).isCloseTo(Means.of(x), within(1e-12));
    assertThat(one.n()).isEqualTo(1000);
    assertThat(one.binLength()).isEqualTo(50);
    assertThat(one.low()).isLessThan(one.mean());
    assertThat(one.high()).isGreaterThan(one.mean());
  }

  @Test
  void constantsHaveNoErrorAndUndefinedFunctionsNaN() {
    double[] constant = new double[100];
    Arrays.fill(constant, 0.1);
    BootstrapEstimate e = new Bootstrap(10, 50, 1).estimate(m -> m[0], constant);
    assertThat(e.error()).isZero();
    assertThat(e.low()).isEqualTo(e.high()).isEqualTo(0.1);
    BootstrapEstimate undefined =
        new Bootstrap(10, 50, 1).estimate(m -> Math.log(m[0]), Ar1.series(1, 100, 2));
    assertThat(undefined.error()).isNaN();
    assertThat(undefined.low()).isNaN();
  }

  @Test
  void badInputIsNamed() {
    assertThatThrownBy(() -> new Bootstrap(1, 100, 0)).hasMessage("bins: 1 (expected: >= 2)");
    assertThatThrownBy(() -> new Bootstrap(5, 1, 0)).hasMessage("resamples: 1 (expected: >= 10)");
    assertThatThrownBy(() -> new Bootstrap(5, 10, 0).estimate(m -> m[0], new double[4]))
        .hasMessage("observables[0]: 4 values (expected: >= 5)");
  }
}
