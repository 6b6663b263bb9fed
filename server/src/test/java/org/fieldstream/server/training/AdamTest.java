package org.fieldstream.server.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Adam against two steps by hand, with beta1 = 0.8 and beta2 = 0.95. */
class AdamTest {
  @Test
  void twoStepsByHand() {
    Adam adam = new Adam(2);
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

  @Test
  void aRestoredStateGoesOnAsTheOldOneWould() {
    Adam one = new Adam(1);
    double[] a = {3};
    one.step(a, new double[] {0.7}, 0.01);
    Adam other = new Adam(1);
    other.restore(one.state(), one.steps());
    double[] b = a.clone();
    one.step(a, new double[] {-0.3}, 0.01);
    other.step(b, new double[] {-0.3}, 0.01);
    assertThat(b).isEqualTo(a);
  }
}
