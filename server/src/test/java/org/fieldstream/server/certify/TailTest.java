package org.fieldstream.server.certify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TailTest {
  @Test
  void probabilitiesAreThoseOfTables() {
    assertThat(Tail.ofSigmas(3)).isCloseTo(2.6998e-3, within(1e-7));
    assertThat(Tail.ofSigmas(5)).isCloseTo(5.733e-7, within(1e-10));
    // Student's t: 2.228 at 5 % for 10 degrees of freedom.
    assertThat(Tail.ofStudent(2.2281, 10)).isCloseTo(0.05, within(1e-5));
    // Hotelling with one number is Student's t: F(1, n - 1) = t^2.
    assertThat(Tail.ofHotelling(2.2281 * 2.2281, 1, 11)).isCloseTo(0.05, within(1e-5));
    // F(5, 20) = 2.7109 at 5 %, T^2 = F k (n - 1) / (n - k).
    assertThat(Tail.ofHotelling(2.7109 * 5 * 24 / 20, 5, 25)).isCloseTo(0.05, within(1e-5));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 1, 3, 8, 9, 20, 36})
  void sigmasInvertProbabilities(double sigmas) {
    assertThat(Tail.sigmas(Tail.ofSigmas(sigmas))).isCloseTo(sigmas, within(1e-9));
  }

  @Test
  void farTailsKeepTheirDigits() {
    // With many degrees of freedom t is normal.
    assertThat(Tail.sigmas(Tail.ofStudent(12, 1e9))).isCloseTo(12, within(1e-5));
    assertThat(Tail.sigmas(Tail.ofHotelling(15 * 15, 1, 1e9))).isCloseTo(15, within(1e-5));
    assertThat(Tail.ofStudent(Double.POSITIVE_INFINITY, 5)).isZero();
    assertThat(Tail.sigmas(0)).isEqualTo(Tail.FARTHEST);
  }
}
