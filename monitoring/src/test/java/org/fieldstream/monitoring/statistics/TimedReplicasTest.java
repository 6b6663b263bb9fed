package org.fieldstream.monitoring.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimedReplicasTest {
  private static long[] every(int n, long first, long step) {
    long[] times = new long[n];
    Arrays.setAll(times, i -> first + i * step);
    return times;
  }

  /** AR(1) of unit variance and mean 0. */
  private static double[] chain(Random random, int n, double rho) {
    double[] values = new double[n];
    double x = random.nextGaussian();
    for (int i = 0; i < n; i++) {
      values[i] = x;
      x = rho * x + Math.sqrt(1 - rho * rho) * random.nextGaussian();
    }
    return values;
  }

  @Test
  void withoutGapsItIsTheGammaMethod() {
    double[] a = chain(new Random(1), 400, 0.8);
    double[] b = chain(new Random(2), 300, 0.8);
    TimedReplicas times = new TimedReplicas(every(400, 7, 10), every(300, -5, 10));
    assertThat(times.mean(a, b)).isEqualTo(new GammaMethod().mean(a, b));
    assertThat(times.count()).isEqualTo(700);
  }

  /** Pulls of the mean of 200 series: their variance is 1 within 3 sigma = 3 sqrt(2 / 200). */
  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 0.9})
  void missingMeasurementsAreTakenIntoAccount(double kept) {
    Random random = new Random(5);
    double rho = 0.8;
    double squares = 0;
    double tau = 0;
    int series = 200;
    for (int s = 0; s < series; s++) {
      double[] all = chain(random, (int) (600 / kept), rho);
      int[] there = new Random(s).ints(all.length, 0, 1000).toArray();
      int[] chosen = IntStream.range(0, all.length).filter(i -> there[i] < 1000 * kept).toArray();
      long[] times = Arrays.stream(chosen).mapToLong(i -> 1000L + 3L * i).toArray();
      double[] values = Arrays.stream(chosen).mapToDouble(i -> all[i]).toArray();
      Estimate estimate = new TimedReplicas(times).mean(values);
      squares += estimate.mean() * estimate.mean() / estimate.error() / estimate.error();
      tau += estimate.tauInt() / series;
    }
    assertThat(squares / series).isCloseTo(1, within(3 * Math.sqrt(2.0 / series)));
    // Most spacings are the finest, and tau_int is that of the whole chain, 4.5.
    if (kept > 0.8) {
      assertThat(tau).isCloseTo(4.5, within(0.5));
    }
  }

  @Test
  void replicasOfOneMeasurementAreIndependent() {
    Random random = new Random(3);
    int n = 1000;
    long[][] times = new long[n][1];
    double[][] values = new double[n][1];
    for (int r = 0; r < n; r++) {
      values[r][0] = random.nextGaussian();
    }
    Estimate estimate = new TimedReplicas(times).mean(values);
    assertThat(estimate.tauInt()).isCloseTo(0.5, within(1e-3));
    assertThat(estimate.error()).isCloseTo(1 / Math.sqrt(n), within(0.1 / Math.sqrt(n)));
    assertThat(estimate.errorOfError() / estimate.error())
        .isCloseTo(1 / Math.sqrt(2.0 * n), within(0.01));
  }

  /** Within ten measurements nothing tells tau_int = 20; between 200 replicas it shows. */
  @Test
  void shortReplicasTellErrorsByTheirScatter() {
    Random random = new Random(4);
    double rho = 0.95;
    double[][] values = new double[200][];
    long[][] times = new long[200][];
    double exact = 0;
    for (int r = 0; r < 200; r++) {
      values[r] = chain(random, 10, rho);
      times[r] = every(10, 0, 1);
    }
    for (int i = 0; i < 10; i++) {
      for (int j = 0; j < 10; j++) {
        exact += Math.pow(rho, Math.abs(i - j)) / 100 / 200;
      }
    }
    Estimate estimate = new TimedReplicas(times).mean(values);
    // The error of the error is 5 %.
    assertThat(estimate.error()).isCloseTo(Math.sqrt(exact), within(0.15 * Math.sqrt(exact)));
  }

  @Test
  void tooFewTellNoErrorAndConstantsHaveNone() {
    TimedReplicas few = new TimedReplicas(new long[] {1, 5, 6});
    assertThat(few.mean(new double[] {1, 2, 3}).mean()).isCloseTo(2, within(1e-15));
    assertThat(few.mean(new double[] {1, 2, 3}).error()).isNaN();
    TimedReplicas some = new TimedReplicas(every(20, 0, 1));
    double[] constant = new double[20];
    Arrays.fill(constant, 4);
    assertThat(some.mean(constant).error()).isZero();
  }

  /** Ids are unsigned, and a client may choose any. */
  @Test
  void idsMayBeAnyDistanceApart() {
    double[] values = chain(new Random(8), 40, 0.5);
    long[] near = every(40, 0, 1);
    long[] far = every(40, 0, 1);
    far[39] = -1;
    long[] apart = every(40, Long.MIN_VALUE, 1L << 57);
    Estimate regular = TimedReplicas.ofIds(near).mean(values);
    assertThat(regular).isEqualTo(new TimedReplicas(near).mean(values));
    assertThat(TimedReplicas.ofIds(apart).mean(values)).isEqualTo(regular);
    Estimate gap = TimedReplicas.ofIds(far).mean(values);
    assertThat(gap.mean()).isCloseTo(regular.mean(), within(1e-12));
    assertThat(gap.error()).isCloseTo(regular.error(), within(0.2 * regular.error()));
  }

  @Test
  void refusesTimesThatDoNotIncrease() {
    assertThatThrownBy(() -> new TimedReplicas(new long[] {1, 2, 2}))
        .hasMessage("times[0][2]: 2 (expected: more than 2, the one before)");
    assertThatThrownBy(() -> new TimedReplicas(new long[] {1, 2}).mean(new double[3]))
        .hasMessageStartingWith("values[0]: 3 values (expected: 2");
  }
}
