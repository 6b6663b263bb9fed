package org.fieldstream.monitoring.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class MultiTauCorrelatorTest {
  @Test
  void lagsBelowOneLevelAreExact() {
    for (int n : new int[] {1, 2, 31, 32, 33, 64, 1000}) {
      double[] x = Ar1.series(3, n, n);
      MultiTauCorrelator correlator = new MultiTauCorrelator();
      for (double value : x) {
        correlator.add(value + 100);
      }
      double sum = 0;
      for (double value : x) {
        sum += value + 100;
      }
      assertThat(correlator.count()).isEqualTo(n);
      assertThat(correlator.sum()).isCloseTo(sum, within(1e-9));
      for (int lag = 0; lag < Math.min(n, MultiTauCorrelator.POINTS); lag++) {
        double direct = 0;
        for (int i = 0; i + lag < n; i++) {
          direct += (x[i] - 0.3) * (x[i + lag] - 0.3);
        }
        assertThat(correlator.productSum(lag, 100.3)).isCloseTo(direct, within(1e-8));
        assertThat(correlator.products(lag)).isEqualTo(n - lag);
      }
    }
  }

  @Test
  void longerLagsAreProductsOfBlockAverages() {
    int n = 4096;
    double[] x = Ar1.series(40, n, 8);
    MultiTauCorrelator correlator = new MultiTauCorrelator();
    for (double value : x) {
      correlator.add(value);
    }
    for (long lag = 32; lag < n / 2; lag = MultiTauCorrelator.lagAfter(lag)) {
      int block = (int) (Long.highestOneBit(lag) / 16);
      double direct = 0;
      int blocks = n / block;
      int k = (int) (lag / block);
      for (int i = 0; i + k < blocks; i++) {
        direct += average(x, i * block, block) * average(x, (i + k) * block, block);
      }
      assertThat(correlator.products(lag)).isEqualTo(blocks - k);
      assertThat(correlator.productSum(lag, 0)).isCloseTo(direct, within(1e-8));
    }
  }

  @Test
  void theGridOfLagsIsContiguousThenGeometric() {
    assertThat(MultiTauCorrelator.lagAfter(0)).isEqualTo(1);
    assertThat(MultiTauCorrelator.lagAfter(31)).isEqualTo(32);
    assertThat(MultiTauCorrelator.lagAfter(32)).isEqualTo(34);
    assertThat(MultiTauCorrelator.lagAfter(62)).isEqualTo(64);
    assertThat(MultiTauCorrelator.lagAfter(64)).isEqualTo(68);
  }

  private static double average(double[] x, int from, int length) {
    double sum = 0;
    for (int i = from; i < from + length; i++) {
      sum += x[i];
    }
    return sum / length;
  }
}
