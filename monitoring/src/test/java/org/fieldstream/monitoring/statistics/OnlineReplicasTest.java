package org.fieldstream.monitoring.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Running estimates over replicas against those of the whole series. */
class OnlineReplicasTest {
  private static double[] ar1(Random random, double tauInt, int n) {
    double rho = (2 * tauInt - 1) / (2 * tauInt + 1);
    double[] values = new double[n];
    double value = random.nextGaussian();
    for (int i = 0; i < n; i++) {
      values[i] = 3 + value;
      value = rho * value + Math.sqrt(1 - rho * rho) * random.nextGaussian();
    }
    return values;
  }

  /** Adds the chains, step by step. */
  private static OnlineReplicas online(double[]... replicas) {
    OnlineReplicas online = new OnlineReplicas();
    int longest = Arrays.stream(replicas).mapToInt(r -> r.length).max().orElseThrow();
    for (int i = 0; i < longest; i++) {
      for (int r = 0; r < replicas.length; r++) {
        if (i < replicas[r].length) {
          online.add(1000L - r, replicas[r][i]);
        }
      }
    }
    return online;
  }

  @Test
  void oneChainIsASeries() {
    double[] values = ar1(new Random(1), 10, 20_000);
    OnlineSeries series = new OnlineSeries();
    for (double value : values) {
      series.add(value);
    }
    assertThat(online(values).estimate()).isEqualTo(series.estimate());
  }

  @Test
  void unequalChainsAgreeWithTheGammaMethod() {
    Random random = new Random(2);
    double[][] replicas = {ar1(random, 5, 12_000), ar1(random, 5, 30_000), ar1(random, 5, 7000)};
    OnlineReplicas online = online(replicas);
    Estimate whole = new GammaMethod().mean(replicas);
    Estimate running = online.estimate();
    assertThat(online.replicas()).isEqualTo(3);
    assertThat(online.longest()).isEqualTo(30_000);
    assertThat(running.n()).isEqualTo(49_000);
    assertThat(running.mean()).isCloseTo(whole.mean(), within(1e-12));
    assertThat(running.error()).isCloseTo(whole.error(), within(0.05 * whole.error()));
    assertThat(running.tauInt()).isCloseTo(whole.tauInt(), within(0.05 * whole.tauInt()));
  }

  @Test
  void aChainThatHasJustBegunDoesNotHideTheOthers() {
    Random random = new Random(3);
    double[] longer = ar1(random, 20, 50_000);
    Estimate alone = online(longer).estimate();
    Estimate joined = online(longer, new double[] {3}).estimate();
    assertThat(joined.tauInt()).isCloseTo(alone.tauInt(), within(0.01 * alone.tauInt()));
  }

  @Test
  void manyShortChainsTellByTheirScatter() {
    Random random = new Random(4);
    double[][] replicas = new double[100][];
    long[][] times = new long[100][];
    for (int r = 0; r < replicas.length; r++) {
      replicas[r] = ar1(random, 50, 10 + r % 3);
      times[r] = LongStream.range(0, replicas[r].length).toArray();
    }
    Estimate expected = new TimedReplicas(times).mean(replicas);
    Estimate running = online(replicas).estimate();
    assertThat(running.error()).isCloseTo(expected.error(), within(1e-9 * expected.error()));
    assertThat(running.tauInt()).isCloseTo(expected.tauInt(), within(1e-9 * expected.tauInt()));
    assertThat(running.errorOfError()).isEqualTo(expected.errorOfError(), within(1e-9));
  }

  /** 100 values in each of 64 chains of tau_int = 34: 0.683 +- 0.023 for exact errors. */
  @Test
  void manyChainsThatAreNotLongEnoughHaveHonestErrors() {
    Random random = new Random(6);
    int covered = 0;
    for (int s = 0; s < 400; s++) {
      double[][] replicas = new double[64][];
      long[][] times = new long[64][];
      for (int r = 0; r < 64; r++) {
        replicas[r] = ar1(random, 34, 100);
        times[r] = LongStream.range(0, 100).toArray();
      }
      Estimate running = online(replicas).estimate();
      covered += Math.abs(running.mean() - 3) < running.error() ? 1 : 0;
      Estimate whole = new TimedReplicas(times).mean(replicas);
      assertThat(running.error()).isCloseTo(whole.error(), within(1e-9));
    }
    assertThat(covered / 400.0).isBetween(0.60, 0.75);
  }

  @Test
  void littleDataSaysLittle() {
    assertThat(new OnlineReplicas().mean()).isNaN();
    assertThat(online(new double[] {1, 2, 3}).estimate().error()).isNaN();
    assertThat(online(new double[] {1, 2, 3}).estimate().mean()).isEqualTo(2);
    assertThat(online(new double[20]).estimate().error()).isZero();
    assertThatThrownBy(() -> new OnlineReplicas().add(0, Double.NaN))
        .hasMessage("value: NaN (expected: finite)");
  }

  @Test
  void weightedChainsAgreeWithReweighting() {
    Random random = new Random(5);
    int n = 20_000;
    OnlineWeightedReplicas online = new OnlineWeightedReplicas();
    double[] values = new double[n];
    double[] logWeights = new double[n];
    for (int i = 0; i < n; i++) {
      // Draws of N(0, 1), target N(1/2, 1), with an arbitrary normalisation.
      values[i] = random.nextGaussian();
      logWeights[i] = 400 + values[i] / 2;
      online.add(i % 3, logWeights[i], values[i]);
    }
    WeightedEstimate whole = new Reweighting(logWeights).mean(values);
    WeightedEstimate running = online.estimate();
    assertThat(online.replicas()).isEqualTo(3);
    assertThat(running.n()).isEqualTo(n);
    assertThat(running.mean()).isCloseTo(whole.mean(), within(1e-9));
    assertThat(online.mean()).isEqualTo(running.mean());
    // Errors from some 400 bins each have errors of 3 %.
    assertThat(running.error()).isCloseTo(whole.error(), within(0.1 * whole.error()));
    assertThat(running.sigmasFrom(0.5, 0)).isBetween(-3.0, 3.0);
    assertThat(running.effectiveN())
        .isCloseTo(1 / (running.error() * running.error()), within(0.05 * n));
    OnlineWeightedReplicas first = new OnlineWeightedReplicas();
    assertThat(first.mean()).isNaN();
    assertThat(first.estimate().n()).isZero();
    first.add(0, 0, 7);
    assertThat(first.estimate().mean()).isEqualTo(7);
    assertThat(first.estimate().error()).isNaN();
  }
}
