package org.fieldstream.kernels.machine.vector;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.VectorOperators.GT;
import static org.fieldstream.kernels.machine.vector.Simd.F;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.fieldstream.kernels.program.Op;
import org.jspecify.annotations.Nullable;

/**
 * As {@link Products}, for groups of sites with {@link SharedTaps}: what is read for one site stays
 * in its register for the next. Every sum runs over its terms in the same order, so its bits are
 * the same. Results below 0 are multiplied by {@code below}, 1 for none.
 *
 * <p>{@code next} is the distance in floats of neighbouring sites' outputs, {@code step} that of
 * channels, {@code row} where the group's offsets start. Only what the Vector API itself inlines by
 * force is called: in loops of this size the compiler gives up on all else.
 */
final class SharedProducts {
  /** Output channels of the wide kernel: 24 sums and 5 columns for 32 registers. */
  static final int WIDE = 8;

  private SharedProducts() {}

  /**
   * The windows for a convolution computed in these blocks of output channels.
   *
   * @return null if it is not for these kernels
   */
  static @Nullable SharedTaps taps(Op op, int a, int[] blocks) {
    if (Simd.W == 8) { // AVX2 has no registers for it
      return null;
    }
    if (Arrays.stream(blocks).allMatch(block -> block == WIDE)) {
      return SharedTaps.of(op, a, 3, 1);
    }
    // The last convolution of a coupling layer: two channels at every second site.
    return blocks.length == 1 && blocks[0] == 2 ? SharedTaps.of(op, a, 4, 2) : null;
  }

  /** Eight output channels at three neighbouring sites. */
  static void eightBy3(
      float[] m,
      float[] p,
      int w,
      int out,
      int next,
      int step,
      int a,
      int[] r,
      int row,
      int runs,
      float below) {
    FloatVector x0a = broadcast(F, p[w + 0]);
    FloatVector x0b = x0a;
    FloatVector x0c = x0a;
    FloatVector x1a = broadcast(F, p[w + 1]);
    FloatVector x1b = x1a;
    FloatVector x1c = x1a;
    FloatVector x2a = broadcast(F, p[w + 2]);
    FloatVector x2b = x2a;
    FloatVector x2c = x2a;
    FloatVector x3a = broadcast(F, p[w + 3]);
    FloatVector x3b = x3a;
    FloatVector x3c = x3a;
    FloatVector x4a = broadcast(F, p[w + 4]);
    FloatVector x4b = x4a;
    FloatVector x4c = x4a;
    FloatVector x5a = broadcast(F, p[w + 5]);
    FloatVector x5b = x5a;
    FloatVector x5c = x5a;
    FloatVector x6a = broadcast(F, p[w + 6]);
    FloatVector x6b = x6a;
    FloatVector x6c = x6a;
    FloatVector x7a = broadcast(F, p[w + 7]);
    FloatVector x7b = x7a;
    FloatVector x7c = x7a;
    for (int j = 0; j < runs; j++) {
      int q = row + 5 * j;
      FloatVector v0 = fromArray(F, m, a + r[q + 0]);
      FloatVector v1 = fromArray(F, m, a + r[q + 1]);
      FloatVector v2 = fromArray(F, m, a + r[q + 2]);
      FloatVector v3 = fromArray(F, m, a + r[q + 3]);
      FloatVector v4 = fromArray(F, m, a + r[q + 4]);
      int t = w + 8 + 24 * j;
      FloatVector w00 = broadcast(F, p[t + 0]);
      x0a = v0.fma(w00, x0a);
      x0b = v1.fma(w00, x0b);
      x0c = v2.fma(w00, x0c);
      FloatVector w01 = broadcast(F, p[t + 1]);
      x1a = v0.fma(w01, x1a);
      x1b = v1.fma(w01, x1b);
      x1c = v2.fma(w01, x1c);
      FloatVector w02 = broadcast(F, p[t + 2]);
      x2a = v0.fma(w02, x2a);
      x2b = v1.fma(w02, x2b);
      x2c = v2.fma(w02, x2c);
      FloatVector w03 = broadcast(F, p[t + 3]);
      x3a = v0.fma(w03, x3a);
      x3b = v1.fma(w03, x3b);
      x3c = v2.fma(w03, x3c);
      FloatVector w04 = broadcast(F, p[t + 4]);
      x4a = v0.fma(w04, x4a);
      x4b = v1.fma(w04, x4b);
      x4c = v2.fma(w04, x4c);
      FloatVector w05 = broadcast(F, p[t + 5]);
      x5a = v0.fma(w05, x5a);
      x5b = v1.fma(w05, x5b);
      x5c = v2.fma(w05, x5c);
      FloatVector w06 = broadcast(F, p[t + 6]);
      x6a = v0.fma(w06, x6a);
      x6b = v1.fma(w06, x6b);
      x6c = v2.fma(w06, x6c);
      FloatVector w07 = broadcast(F, p[t + 7]);
      x7a = v0.fma(w07, x7a);
      x7b = v1.fma(w07, x7b);
      x7c = v2.fma(w07, x7c);
      FloatVector w10 = broadcast(F, p[t + 8]);
      x0a = v1.fma(w10, x0a);
      x0b = v2.fma(w10, x0b);
      x0c = v3.fma(w10, x0c);
      FloatVector w11 = broadcast(F, p[t + 9]);
      x1a = v1.fma(w11, x1a);
      x1b = v2.fma(w11, x1b);
      x1c = v3.fma(w11, x1c);
      FloatVector w12 = broadcast(F, p[t + 10]);
      x2a = v1.fma(w12, x2a);
      x2b = v2.fma(w12, x2b);
      x2c = v3.fma(w12, x2c);
      FloatVector w13 = broadcast(F, p[t + 11]);
      x3a = v1.fma(w13, x3a);
      x3b = v2.fma(w13, x3b);
      x3c = v3.fma(w13, x3c);
      FloatVector w14 = broadcast(F, p[t + 12]);
      x4a = v1.fma(w14, x4a);
      x4b = v2.fma(w14, x4b);
      x4c = v3.fma(w14, x4c);
      FloatVector w15 = broadcast(F, p[t + 13]);
      x5a = v1.fma(w15, x5a);
      x5b = v2.fma(w15, x5b);
      x5c = v3.fma(w15, x5c);
      FloatVector w16 = broadcast(F, p[t + 14]);
      x6a = v1.fma(w16, x6a);
      x6b = v2.fma(w16, x6b);
      x6c = v3.fma(w16, x6c);
      FloatVector w17 = broadcast(F, p[t + 15]);
      x7a = v1.fma(w17, x7a);
      x7b = v2.fma(w17, x7b);
      x7c = v3.fma(w17, x7c);
      FloatVector w20 = broadcast(F, p[t + 16]);
      x0a = v2.fma(w20, x0a);
      x0b = v3.fma(w20, x0b);
      x0c = v4.fma(w20, x0c);
      FloatVector w21 = broadcast(F, p[t + 17]);
      x1a = v2.fma(w21, x1a);
      x1b = v3.fma(w21, x1b);
      x1c = v4.fma(w21, x1c);
      FloatVector w22 = broadcast(F, p[t + 18]);
      x2a = v2.fma(w22, x2a);
      x2b = v3.fma(w22, x2b);
      x2c = v4.fma(w22, x2c);
      FloatVector w23 = broadcast(F, p[t + 19]);
      x3a = v2.fma(w23, x3a);
      x3b = v3.fma(w23, x3b);
      x3c = v4.fma(w23, x3c);
      FloatVector w24 = broadcast(F, p[t + 20]);
      x4a = v2.fma(w24, x4a);
      x4b = v3.fma(w24, x4b);
      x4c = v4.fma(w24, x4c);
      FloatVector w25 = broadcast(F, p[t + 21]);
      x5a = v2.fma(w25, x5a);
      x5b = v3.fma(w25, x5b);
      x5c = v4.fma(w25, x5c);
      FloatVector w26 = broadcast(F, p[t + 22]);
      x6a = v2.fma(w26, x6a);
      x6b = v3.fma(w26, x6b);
      x6c = v4.fma(w26, x6c);
      FloatVector w27 = broadcast(F, p[t + 23]);
      x7a = v2.fma(w27, x7a);
      x7b = v3.fma(w27, x7b);
      x7c = v4.fma(w27, x7c);
    }
    if (below == 1) {
      x0a.intoArray(m, out);
      x0b.intoArray(m, out + next);
      x0c.intoArray(m, out + 2 * next);
      x1a.intoArray(m, out + step);
      x1b.intoArray(m, out + step + next);
      x1c.intoArray(m, out + step + 2 * next);
      x2a.intoArray(m, out + 2 * step);
      x2b.intoArray(m, out + 2 * step + next);
      x2c.intoArray(m, out + 2 * step + 2 * next);
      x3a.intoArray(m, out + 3 * step);
      x3b.intoArray(m, out + 3 * step + next);
      x3c.intoArray(m, out + 3 * step + 2 * next);
      x4a.intoArray(m, out + 4 * step);
      x4b.intoArray(m, out + 4 * step + next);
      x4c.intoArray(m, out + 4 * step + 2 * next);
      x5a.intoArray(m, out + 5 * step);
      x5b.intoArray(m, out + 5 * step + next);
      x5c.intoArray(m, out + 5 * step + 2 * next);
      x6a.intoArray(m, out + 6 * step);
      x6b.intoArray(m, out + 6 * step + next);
      x6c.intoArray(m, out + 6 * step + 2 * next);
      x7a.intoArray(m, out + 7 * step);
      x7b.intoArray(m, out + 7 * step + next);
      x7c.intoArray(m, out + 7 * step + 2 * next);
      return;
    }
    FloatVector zero = FloatVector.zero(F);
    FloatVector slope = broadcast(F, below);
    x0a.mul(slope).blend(x0a, x0a.compare(GT, zero)).intoArray(m, out);
    x0b.mul(slope).blend(x0b, x0b.compare(GT, zero)).intoArray(m, out + next);
    x0c.mul(slope).blend(x0c, x0c.compare(GT, zero)).intoArray(m, out + 2 * next);
    x1a.mul(slope).blend(x1a, x1a.compare(GT, zero)).intoArray(m, out + step);
    x1b.mul(slope).blend(x1b, x1b.compare(GT, zero)).intoArray(m, out + step + next);
    x1c.mul(slope).blend(x1c, x1c.compare(GT, zero)).intoArray(m, out + step + 2 * next);
    x2a.mul(slope).blend(x2a, x2a.compare(GT, zero)).intoArray(m, out + 2 * step);
    x2b.mul(slope).blend(x2b, x2b.compare(GT, zero)).intoArray(m, out + 2 * step + next);
    x2c.mul(slope).blend(x2c, x2c.compare(GT, zero)).intoArray(m, out + 2 * step + 2 * next);
    x3a.mul(slope).blend(x3a, x3a.compare(GT, zero)).intoArray(m, out + 3 * step);
    x3b.mul(slope).blend(x3b, x3b.compare(GT, zero)).intoArray(m, out + 3 * step + next);
    x3c.mul(slope).blend(x3c, x3c.compare(GT, zero)).intoArray(m, out + 3 * step + 2 * next);
    x4a.mul(slope).blend(x4a, x4a.compare(GT, zero)).intoArray(m, out + 4 * step);
    x4b.mul(slope).blend(x4b, x4b.compare(GT, zero)).intoArray(m, out + 4 * step + next);
    x4c.mul(slope).blend(x4c, x4c.compare(GT, zero)).intoArray(m, out + 4 * step + 2 * next);
    x5a.mul(slope).blend(x5a, x5a.compare(GT, zero)).intoArray(m, out + 5 * step);
    x5b.mul(slope).blend(x5b, x5b.compare(GT, zero)).intoArray(m, out + 5 * step + next);
    x5c.mul(slope).blend(x5c, x5c.compare(GT, zero)).intoArray(m, out + 5 * step + 2 * next);
    x6a.mul(slope).blend(x6a, x6a.compare(GT, zero)).intoArray(m, out + 6 * step);
    x6b.mul(slope).blend(x6b, x6b.compare(GT, zero)).intoArray(m, out + 6 * step + next);
    x6c.mul(slope).blend(x6c, x6c.compare(GT, zero)).intoArray(m, out + 6 * step + 2 * next);
    x7a.mul(slope).blend(x7a, x7a.compare(GT, zero)).intoArray(m, out + 7 * step);
    x7b.mul(slope).blend(x7b, x7b.compare(GT, zero)).intoArray(m, out + 7 * step + next);
    x7c.mul(slope).blend(x7c, x7c.compare(GT, zero)).intoArray(m, out + 7 * step + 2 * next);
  }

  /** Two output channels at four sites, every second one of a row: 8 sums and 9 columns. */
  static void twoBy4(
      float[] m,
      float[] p,
      int w,
      int out,
      int next,
      int step,
      int a,
      int[] r,
      int row,
      int runs,
      float below) {
    FloatVector x0a = broadcast(F, p[w + 0]);
    FloatVector x0b = x0a;
    FloatVector x0c = x0a;
    FloatVector x0d = x0a;
    FloatVector x1a = broadcast(F, p[w + 1]);
    FloatVector x1b = x1a;
    FloatVector x1c = x1a;
    FloatVector x1d = x1a;
    for (int j = 0; j < runs; j++) {
      int q = row + 9 * j;
      FloatVector v0 = fromArray(F, m, a + r[q + 0]);
      FloatVector v1 = fromArray(F, m, a + r[q + 1]);
      FloatVector v2 = fromArray(F, m, a + r[q + 2]);
      FloatVector v3 = fromArray(F, m, a + r[q + 3]);
      FloatVector v4 = fromArray(F, m, a + r[q + 4]);
      FloatVector v5 = fromArray(F, m, a + r[q + 5]);
      FloatVector v6 = fromArray(F, m, a + r[q + 6]);
      FloatVector v7 = fromArray(F, m, a + r[q + 7]);
      FloatVector v8 = fromArray(F, m, a + r[q + 8]);
      int t = w + 2 + 6 * j;
      FloatVector w00 = broadcast(F, p[t + 0]);
      x0a = v0.fma(w00, x0a);
      x0b = v2.fma(w00, x0b);
      x0c = v4.fma(w00, x0c);
      x0d = v6.fma(w00, x0d);
      FloatVector w01 = broadcast(F, p[t + 1]);
      x1a = v0.fma(w01, x1a);
      x1b = v2.fma(w01, x1b);
      x1c = v4.fma(w01, x1c);
      x1d = v6.fma(w01, x1d);
      FloatVector w10 = broadcast(F, p[t + 2]);
      x0a = v1.fma(w10, x0a);
      x0b = v3.fma(w10, x0b);
      x0c = v5.fma(w10, x0c);
      x0d = v7.fma(w10, x0d);
      FloatVector w11 = broadcast(F, p[t + 3]);
      x1a = v1.fma(w11, x1a);
      x1b = v3.fma(w11, x1b);
      x1c = v5.fma(w11, x1c);
      x1d = v7.fma(w11, x1d);
      FloatVector w20 = broadcast(F, p[t + 4]);
      x0a = v2.fma(w20, x0a);
      x0b = v4.fma(w20, x0b);
      x0c = v6.fma(w20, x0c);
      x0d = v8.fma(w20, x0d);
      FloatVector w21 = broadcast(F, p[t + 5]);
      x1a = v2.fma(w21, x1a);
      x1b = v4.fma(w21, x1b);
      x1c = v6.fma(w21, x1c);
      x1d = v8.fma(w21, x1d);
    }
    if (below == 1) {
      x0a.intoArray(m, out);
      x0b.intoArray(m, out + next);
      x0c.intoArray(m, out + 2 * next);
      x0d.intoArray(m, out + 3 * next);
      x1a.intoArray(m, out + step);
      x1b.intoArray(m, out + step + next);
      x1c.intoArray(m, out + step + 2 * next);
      x1d.intoArray(m, out + step + 3 * next);
      return;
    }
    FloatVector zero = FloatVector.zero(F);
    FloatVector slope = broadcast(F, below);
    x0a.mul(slope).blend(x0a, x0a.compare(GT, zero)).intoArray(m, out);
    x0b.mul(slope).blend(x0b, x0b.compare(GT, zero)).intoArray(m, out + next);
    x0c.mul(slope).blend(x0c, x0c.compare(GT, zero)).intoArray(m, out + 2 * next);
    x0d.mul(slope).blend(x0d, x0d.compare(GT, zero)).intoArray(m, out + 3 * next);
    x1a.mul(slope).blend(x1a, x1a.compare(GT, zero)).intoArray(m, out + step);
    x1b.mul(slope).blend(x1b, x1b.compare(GT, zero)).intoArray(m, out + step + next);
    x1c.mul(slope).blend(x1c, x1c.compare(GT, zero)).intoArray(m, out + step + 2 * next);
    x1d.mul(slope).blend(x1d, x1d.compare(GT, zero)).intoArray(m, out + step + 3 * next);
  }
}
