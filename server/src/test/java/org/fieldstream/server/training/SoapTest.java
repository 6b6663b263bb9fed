package org.fieldstream.server.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The optimiser: Adam by hand, and what the eigenbasis is for. */
class SoapTest {
  private static List<int[]> alone(int size) {
    return IntStream.range(0, size).mapToObj(i -> new int[] {i}).toList();
  }

  @Test
  void valuesAloneAreAdamWithTwoStepsByHand() {
    Soap adam = new Soap(2, alone(2));
    double[] theta = {1, -1};
    adam.step(theta, new double[] {2, 0}, 0.1);
    // m = 0.4, v = 0.2, corrected by 0.2 and 0.05: 2 / sqrt(4) = 1
    assertThat(theta[0]).isCloseTo(0.9, within(1e-9));
    assertThat(theta[1]).isEqualTo(-1);
    adam.step(theta, new double[] {-1, 0}, 0.1);
    // m = 0.12, v = 0.24, corrected by 0.36 and 0.0975: (1/3) / sqrt(2.461538)
    assertThat(theta[0]).isCloseTo(0.9 - 0.1 * 0.3333333333 / 1.5689290811, within(1e-9));
    assertThat(adam.steps()).isEqualTo(2);
  }

  /** The noisy quadratic x^T H x / 2 with H of condition 10^4 in a turned basis, cosine rate. */
  private static double lossAfter(List<int[]> blocks, int steps) {
    int n = 6;
    Random random = new Random(3);
    double[] basis = new double[n * n];
    double[] noise = random.doubles(n * n, -1, 1).toArray();
    for (int i = 0; i < n; i++) {
      basis[i * n + i] = 1;
    }
    double[] symmetric = new double[n * n];
    for (int i = 0; i < n * n; i++) {
      symmetric[i] = noise[i] + noise[i % n * n + i / n];
    }
    for (int i = 0; i < 50; i++) {
      Bases.turn(symmetric, basis, n);
    }
    double[] theta = random.doubles(n, 1, 2).toArray();
    Soap soap = new Soap(n, blocks);
    double loss = 0;
    for (int step = 0; step < steps; step++) {
      double[] gradient = new double[n];
      loss = 0;
      for (int k = 0; k < n; k++) {
        double along = 0;
        for (int i = 0; i < n; i++) {
          along += basis[i * n + k] * theta[i];
        }
        double stiffness = Math.pow(10, -4.0 * k / (n - 1));
        loss += stiffness * along * along / 2;
        double force = stiffness * along * (1 + 0.3 * random.nextGaussian());
        for (int i = 0; i < n; i++) {
          gradient[i] += basis[i * n + k] * force;
        }
      }
      soap.step(theta, gradient, 0.05 * (0.5 + 0.5 * Math.cos(Math.PI * step / steps)));
    }
    return loss;
  }

  @Test
  void correlatedValuesMoveTogetherInABlock() {
    double apart = lossAfter(alone(6), 400);
    double together = lossAfter(List.of(new int[] {0, 1, 2, 3, 4, 5}), 400);
    assertThat(together).isLessThan(apart / 10);
  }

  @Test
  void iterationFindsTheEigenvectors() {
    double[] matrix = {2, 1, 1, 2}; // eigenvectors (1, 1) and (1, -1), eigenvalues 3 and 1
    double[] basis = {1, 0, 0, 1};
    for (int i = 0; i < 40; i++) {
      Bases.turn(matrix, basis, 2);
    }
    assertThat(Math.abs(basis[0])).isCloseTo(Math.sqrt(0.5), within(1e-12));
    assertThat(basis[0] - basis[2]).isCloseTo(0, within(1e-12));
    assertThat(basis[1] + basis[3]).isCloseTo(0, within(1e-12));
    double[] kept = basis.clone();
    assertThat(Bases.turn(new double[4], basis, 2)).isFalse();
    assertThat(Bases.turn(new double[] {Double.NaN, 0, 0, 1}, basis, 2)).isFalse();
    assertThat(basis).as("nothing to turn by").isEqualTo(kept);
  }

  @Test
  void aMatrixOfOneGradientTurnsTheBasisTowardsIt() {
    int n = 6;
    double[] gradient = {1, -2, 0.5, 3, 0, 1}; // rank 1, and a value that nothing pulls on
    double[] matrix = new double[n * n];
    double[] basis = new double[n * n];
    for (int i = 0; i < n; i++) {
      basis[i * n + i] = 1;
      for (int j = 0; j < n; j++) {
        matrix[i * n + j] = gradient[i] * gradient[j];
      }
    }
    assertThat(Bases.turn(matrix, basis, n)).isTrue();
    double along = 0;
    for (int i = 0; i < n; i++) {
      along += basis[i * n] * gradient[i] / Math.sqrt(15.25);
      for (int j = 0; j < n; j++) {
        double dot = 0;
        for (int k = 0; k < n; k++) {
          dot += basis[k * n + i] * basis[k * n + j];
        }
        assertThat(dot).isCloseTo(i == j ? 1 : 0, within(1e-12));
      }
    }
    assertThat(Math.abs(along)).isCloseTo(1, within(1e-6));
  }

  @Test
  void noStepIsMuchLongerThanTheRateWhileTheBasisTurns() {
    Random random = new Random(8);
    Soap soap = new Soap(4, List.of(new int[] {0, 1, 2, 3}));
    double[] theta = new double[4];
    for (int step = 0; step < 60; step++) {
      double strong = 1000 * random.nextGaussian();
      double[] gradient = random.doubles(4, -1, 1).toArray();
      gradient[0] += strong;
      gradient[1] += strong;
      double[] before = theta.clone();
      soap.step(theta, gradient, 0.01);
      double length = 0;
      for (int i = 0; i < 4; i++) {
        length += (theta[i] - before[i]) * (theta[i] - before[i]);
      }
      // Each of the four directions moves at most about 1.6 rates, as under Adam.
      assertThat(Math.sqrt(length)).isLessThan(0.01 * 2 * 1.6);
    }
  }

  @Test
  void aRestoredStateGoesOnAsTheOldOneWould() {
    List<int[]> blocks = List.of(new int[] {2, 0}, new int[] {1});
    Random random = new Random(4);
    Soap one = new Soap(3, blocks);
    double[] a = {3, -1, 0.5};
    for (int i = 0; i < 25; i++) {
      one.step(a, random.doubles(3, -1, 1).toArray(), 0.01);
    }
    Soap other = new Soap(3, blocks);
    assertThat(one.state()).hasSize(one.stateSize());
    other.restore(one.state(), one.steps());
    double[] b = a.clone();
    for (int i = 0; i < 25; i++) {
      double[] gradient = random.doubles(3, -1, 1).toArray();
      one.step(a, gradient, 0.01);
      other.step(b, gradient, 0.01);
    }
    assertThat(b).isEqualTo(a);
  }

  @Test
  void blocksMustCoverEveryValueOnce() {
    assertThatThrownBy(() -> new Soap(2, List.of(new int[] {0})))
        .hasMessage("blocks: not a partition (expected: every position below 2 once)");
  }
}
