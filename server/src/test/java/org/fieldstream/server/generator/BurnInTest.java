package org.fieldstream.server.generator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A chain forgets its start within the stated tolerance, exactly computed on small spaces. */
class BurnInTest {
  @ParameterizedTest
  @CsvSource({
    // The models that ship with L = 8 and 16 keep the least.
    "1, 256",
    "0.98, 256",
    "0.881, 256",
    "0.609, 697",
    "0.1, 9565",
    "0.01, 65536",
    "0, 65536",
    "-1, 65536",
    "1.5, 65536",
    "NaN, 65536"
  })
  void followsTheEss(double ess, int draws) {
    assertThat(BurnIn.draws(ess)).isEqualTo(draws);
  }

  /** Weights exp(sigma g) with g at the quantiles of a normal: what flows have, roughly. */
  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.35, 0.7, 1, 1.5})
  void logNormalWeightsAreForgotten(double sigma) {
    double[] weights = new double[200];
    for (int i = 0; i < weights.length; i++) {
      double u = (i + 0.5) / weights.length;
      // The logistic quantile, scaled: heavier tails than the normal's.
      weights[i] = Math.exp(sigma * Math.log(u / (1 - u)) * 0.55);
    }
    assertThat(distance(uniform(weights.length), weights, 0.0)).isLessThan(BurnIn.TOLERANCE);
  }

  /** One state in a hundred thousand that the flow all but misses: the worst case of the bound. */
  @ParameterizedTest
  @ValueSource(doubles = {50, 100, 200, 400})
  void aRareHeavyStateIsFoundOrDoesNotCount(double heavy) {
    double[] q = {1 - 1e-5, 1e-5};
    double light = (1 - q[1] * heavy) / q[0];
    double[] weights = {light, heavy};
    assertThat(distance(q, weights, 0.0)).isLessThan(BurnIn.TOLERANCE);
  }

  /** Fewer draws would not do: the bound is no more generous than some tens. */
  @Test
  void theLengthIsNeeded() {
    double[] q = {1 - 1e-3, 1e-3};
    double heavy = 30;
    double[] weights = {(1 - q[1] * heavy) / q[0], heavy};
    assertThat(distance(q, weights, 0.0)).isLessThan(BurnIn.TOLERANCE);
    assertThat(distance(q, weights, 0.02)).isGreaterThan(BurnIn.TOLERANCE);
  }

  /**
   * What a sample's weights say is enough, and a fraction of what their ESS alone would ask for.
   */
  @ParameterizedTest
  @CsvSource({"0.08, 16, 16", "0.46, 17, 40", "1, 90, 250"})
  void aSampleOfWeightsSaysMore(double sigma, int least, int most) {
    Random random = new Random(11);
    double[] sample = new double[1 << 16];
    for (int i = 0; i < sample.length; i++) {
      sample[i] = 3 + sigma * random.nextGaussian();
    }
    int n = BurnIn.measured(sample);
    assertThat(n).isBetween(least, most);
    assertThat(n).isLessThan(BurnIn.draws(Math.exp(-sigma * sigma)) / 5);
    // A chain on the normal's quantiles, whose heaviest is at 3.9 sigma.
    double[] weights = new double[2000];
    double[] sorted = sample.clone();
    Arrays.sort(sorted);
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Math.exp(sorted[(int) ((i + 0.5) * sorted.length / weights.length)]);
    }
    assertThat(distance(uniform(weights.length), weights, n)).isLessThan(BurnIn.TOLERANCE);
  }

  /** A sample that one draw outweighs says nothing about what is beyond it. */
  @Test
  void aSampleThatOneDrawOutweighsFallsBackOnTheEss() {
    double[] sample = new double[1000];
    sample[7] = Math.log(500);
    assertThat(BurnIn.measured(sample)).isEqualTo(BurnIn.draws(essOf(sample)));
    sample[7] = Double.NaN;
    assertThat(BurnIn.measured(sample)).isEqualTo(BurnIn.MOST);
    assertThat(BurnIn.measured(new double[0])).isEqualTo(BurnIn.MOST);
  }

  private static double essOf(double[] logWeights) {
    double sum = 0;
    double squares = 0;
    for (double log : logWeights) {
      sum += Math.exp(log);
      squares += Math.exp(2 * log);
    }
    return sum * sum / logWeights.length / squares;
  }

  private static double[] uniform(int n) {
    double[] q = new double[n];
    Arrays.fill(q, 1.0 / n);
    return q;
  }

  /**
   * Distance in total variation from p = q w after the burn-in of these weights' ESS, from a start
   * drawn from q.
   *
   * @param fraction of the burn-in to be made; 0 for all of it
   */
  private static double distance(double[] q, double[] weights, double fraction) {
    double mean = 0;
    double square = 0;
    for (int i = 0; i < q.length; i++) {
      mean += q[i] * weights[i];
      square += q[i] * weights[i] * weights[i];
    }
    int draws = BurnIn.draws(mean * mean / square);
    return distance(q, weights, fraction == 0 ? draws : (int) (draws * fraction));
  }

  /** The same after n proposals. */
  private static double distance(double[] q, double[] weights, int n) {
    double mean = 0;
    for (int i = 0; i < q.length; i++) {
      mean += q[i] * weights[i];
    }
    double[] w = new double[q.length];
    for (int i = 0; i < q.length; i++) {
      w[i] = weights[i] / mean;
    }
    double[] at = q.clone();
    for (int step = 0; step < n; step++) {
      double[] next = new double[q.length];
      for (int from = 0; from < q.length; from++) {
        double stays = 1;
        for (int to = 0; to < q.length; to++) {
          double moves = q[to] * Math.min(1, w[to] / w[from]);
          next[to] += at[from] * moves;
          stays -= moves;
        }
        next[from] += at[from] * stays;
      }
      at = next;
    }
    double distance = 0;
    for (int i = 0; i < q.length; i++) {
      distance += Math.abs(at[i] - q[i] * w[i]) / 2;
    }
    return distance;
  }
}
