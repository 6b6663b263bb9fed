package org.fieldstream.kernels.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhiloxTest {
  /** Known answers that come with the authors' Random123 library (kat_vectors, philox4x32 10). */
  @ParameterizedTest
  @CsvSource({
    "00000000 00000000 00000000 00000000, 00000000 00000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
    "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0, d16cfe09 94fdcceb 5001e420 24126ea1"
  })
  void knownAnswers(String counter, String key, String expected) {
    int[] c = words(counter);
    int[] k = words(key);
    int[] out = new int[4];
    Philox.block(c[0], c[1], join(c[2], c[3]), join(k[0], k[1]), out);
    assertThat(out).containsExactly(words(expected));
  }

  private static int[] words(String hex) {
    String[] parts = hex.split(" ");
    int[] words = new int[parts.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = Integer.parseUnsignedInt(parts[i], 16);
    }
    return words;
  }

  private static long join(int low, int high) {
    return (low & 0xFFFFFFFFL) | (long) high << 32;
  }

  @Test
  void uniformsLieInsideTheOpenIntervalAndAreFloats() {
    assertThat(Philox.uniform(0)).isEqualTo(0x1p-24);
    assertThat(Philox.uniform(-1)).isEqualTo(1 - 0x1p-24);
    for (int word : new int[] {0, -1, 1 << 31, 123456789, -987654321}) {
      assertThat((double) (float) Philox.uniform(word)).isEqualTo(Philox.uniform(word));
    }
  }

  @Test
  void wideUniformsAreUniform() {
    int n = 20_000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double u = Philox.uniform52(0, 1, i, 42);
      assertThat(u).isStrictlyBetween(0.0, 1.0);
      sum += u;
      squares += u * u;
    }
    // 4 sigma: the standard deviations of u and u^2 are 1/sqrt(12) and sqrt(4/45)
    assertThat(sum / n).isCloseTo(0.5, within(4 * Math.sqrt(1.0 / 12 / n)));
    assertThat(squares / n).isCloseTo(1.0 / 3, within(4 * Math.sqrt(4.0 / 45 / n)));
  }
}
