package org.fieldstream.server.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sines and cosines to a few units of the last place, and the edge at pi. */
class AnglesTest {
  @ParameterizedTest
  @ValueSource(doubles = {1e-9, 0.01, 4, 300, 1e4})
  void sinesAndCosinesAreThoseOfTheLibrary(double range) {
    Random random = new Random(3);
    for (int i = 0; i < 10_000; i++) {
      double x = range * (2 * random.nextDouble() - 1);
      assertThat(Angles.sin(x)).isCloseTo(StrictMath.sin(x), within(4e-16));
      assertThat(Angles.cos(x)).isCloseTo(StrictMath.cos(x), within(4e-16));
    }
  }

  @Test
  void wrappedAnglesAreTheSameAngles() {
    Random random = new Random(4);
    for (int i = 0; i < 10_000; i++) {
      double x = 100 * (2 * random.nextDouble() - 1);
      double wrapped = Angles.wrap(x);
      assertThat(wrapped).isBetween(-Math.PI, Math.PI);
      assertThat(Angles.sin(x - wrapped)).isCloseTo(0, within(1e-13));
      assertThat(Angles.cos(x - wrapped)).isCloseTo(1, within(1e-13));
    }
  }

  @Test
  void floatsNeverReachBeyondPi() {
    float pi = 3.1415925f; // the next float is larger than pi
    assertThat((double) Math.nextUp(pi)).isGreaterThan(Math.PI);
    for (double x : new double[] {Math.PI, -Math.PI, 3 * Math.PI, Math.nextUp(pi), 101 * Math.PI}) {
      assertThat(Math.abs(Angles.canonical(x))).as("%s", x).isEqualTo(pi);
    }
    assertThat(Angles.canonical(0.5)).isEqualTo(0.5f);
    assertThat(Angles.canonical(0.5 - 2 * Math.PI)).isEqualTo(0.5f);
    assertThat(Angles.canonical(Double.NaN)).isNaN();
  }
}
