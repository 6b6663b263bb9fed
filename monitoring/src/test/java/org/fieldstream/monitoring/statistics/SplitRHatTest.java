package org.fieldstream.monitoring.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SplitRHatTest {
  /** Against rhat(method="split") of ArviZ 0.23.4 on chains that any language can repeat. */
  @Test
  void agreesWithArviz() {
    double[][] chains = {
      Lcg.uniforms(1000, 11), moved(Lcg.uniforms(1000, 12), 0.05), Lcg.uniforms(1000, 13)
    };
    assertThat(SplitRHat.of(chains)).isCloseTo(1.0048322525211058, within(1e-12));
    double[][] apart = {Lcg.uniforms(50, 21), moved(Lcg.uniforms(50, 22), 0.5)};
    assertThat(SplitRHat.of(apart)).isCloseTo(1.2870004999276032, within(1e-12));
  }

  @Test
  void theRunningOneIsThatOfTheWholeSeriesWhereItsBinsAreFull() {
    int chains = 5;
    int length = 1 << 12;
    double[][] values = new double[chains][];
    OnlineRHat online = new OnlineRHat(chains);
    for (int c = 0; c < chains; c++) {
      values[c] = moved(Ar1.series(3, length, 40 + c), 0.1 * c);
    }
    for (int i = 0; i < length; i++) {
      for (double[] chain : values) {
        online.add(chain[i]);
      }
    }
    assertThat(online.rHat()).isCloseTo(SplitRHat.of(values), within(1e-12));
  }

  @Test
  void chainsThatAgreeAreNearOneAndOneThatSitsElsewhereIsFarFromIt() {
    OnlineRHat agree = new OnlineRHat(64);
    OnlineRHat apart = new OnlineRHat(64);
    OnlineRHat drifting = new OnlineRHat(1);
    Ar1[] lanes = new Ar1[64];
    Arrays.setAll(lanes, c -> new Ar1(2, 90 + c));
    for (int i = 0; i < 2000; i++) {
      for (int c = 0; c < 64; c++) {
        double x = lanes[c].next();
        agree.add(x);
        apart.add(x + (c == 3 ? 4 : 0));
        if (c == 0) {
          drifting.add(x + i / 300.0);
        }
      }
    }
    assertThat(agree.rHat()).isBetween(0.999, 1.01);
    assertThat(apart.rHat()).isGreaterThan(1.2);
    assertThat(drifting.rHat()).isGreaterThan(1.5);
  }

  @Test
  void nothingToCompareAndNothingThatDiffers() {
    assertThat(new OnlineRHat(2).rHat()).isNaN();
    assertThat(SplitRHat.of(new double[] {2, 2, 2, 2}, new double[] {2, 2, 2, 2})).isEqualTo(1);
    assertThat(SplitRHat.of(new double[] {2, 2, 3, 3})).isInfinite();
    assertThatThrownBy(() -> SplitRHat.of(new double[3]))
        .hasMessage("chains[0]: 3 values (expected: >= 4)");
    assertThatThrownBy(() -> SplitRHat.of(new double[8], new double[9]))
        .hasMessage("chains[1]: 9 values (expected: 8, as in chains[0])");
  }

  private static double[] moved(double[] values, double by) {
    return Arrays.stream(values).map(v -> v + by).toArray();
  }
}
