package org.fieldstream.server.generator.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sine and cosine against the JDK's. */
class SineCosineTest {
  private final SineCosine both = new SineCosine();

  private void assertRight(double x, double bound) {
    both.at(x);
    assertThat(both.sine()).as("sin %s", x).isCloseTo(StrictMath.sin(x), within(bound));
    assertThat(both.cosine()).as("cos %s", x).isCloseTo(StrictMath.cos(x), within(bound));
  }

  @Test
  void theyAreRightEverywhere() {
    Random random = new Random(1);
    for (double scale : new double[] {1e-9, 0.1, 1, 10, 1e3, 1e6, 1e9}) {
      for (int i = 0; i < 2000; i++) {
        assertRight(scale * random.nextGaussian(), 4.5e-16);
      }
    }
    for (int quarter = -40; quarter <= 40; quarter++) {
      double x = quarter * Math.PI / 4;
      assertRight(x, 2.3e-16);
      assertRight(Math.nextUp(x), 2.3e-16);
      assertRight(Math.nextDown(x), 2.3e-16);
    }
  }

  @Test
  void whatIsNoNumberHasNone() {
    for (double x : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
      both.at(x);
      assertThat(both.sine()).isNaN();
      assertThat(both.cosine()).isNaN();
    }
  }
}
