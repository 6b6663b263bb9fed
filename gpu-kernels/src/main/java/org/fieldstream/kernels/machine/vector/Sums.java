package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.F;
import static org.fieldstream.kernels.machine.vector.Simd.W;
import static org.fieldstream.kernels.machine.vector.Simd.load;

import jdk.incubator.vector.FloatVector;

/**
 * Sums over sites. Kahan-compensated (W. Kahan, "Further remarks on reducing truncation errors",
 * CACM 1965), four chains at a time for latency, combined by an error-free sum (Knuth).
 */
final class Sums {
  /**
   * Vectors of scratch for {@link #total} and {@link #dot}: partial sums are handed on in memory,
   * since a compiler that does not inline allocates what is handed on as vectors.
   */
  static final int SCRATCH = 5;

  private Sums() {}

  static void siteSum(float[] m, int out, int a, int channels, int sites) {
    for (int c = 0; c < channels; c++) {
      FloatVector sum = FloatVector.zero(F);
      FloatVector low = FloatVector.zero(F);
      int base = a + c * sites * W;
      for (int s = 0; s < sites; s++) {
        FloatVector y = load(m, base + s * W).sub(low);
        FloatVector t = sum.add(y);
        low = t.sub(sum).sub(y);
        sum = t;
      }
      sum.sub(low).intoArray(m, out + c * W);
    }
  }

  static void total(float[] m, int out, int a, int n, int free) {
    FloatVector zero = FloatVector.zero(F);
    FloatVector s0 = zero;
    FloatVector s1 = zero;
    FloatVector s2 = zero;
    FloatVector s3 = zero;
    FloatVector l0 = zero;
    FloatVector l1 = zero;
    FloatVector l2 = zero;
    FloatVector l3 = zero;
    int e = 0;
    for (; e + 3 < n; e += 4) {
      int at = a + e * W;
      FloatVector y0 = load(m, at).sub(l0);
      FloatVector y1 = load(m, at + W).sub(l1);
      FloatVector y2 = load(m, at + 2 * W).sub(l2);
      FloatVector y3 = load(m, at + 3 * W).sub(l3);
      FloatVector t0 = s0.add(y0);
      FloatVector t1 = s1.add(y1);
      FloatVector t2 = s2.add(y2);
      FloatVector t3 = s3.add(y3);
      l0 = t0.sub(s0).sub(y0);
      l1 = t1.sub(s1).sub(y1);
      l2 = t2.sub(s2).sub(y2);
      l3 = t3.sub(s3).sub(y3);
      s0 = t0;
      s1 = t1;
      s2 = t2;
      s3 = t3;
    }
    for (; e < n; e++) {
      FloatVector y = load(m, a + e * W).sub(l0);
      FloatVector t = s0.add(y);
      l0 = t.sub(s0).sub(y);
      s0 = t;
    }
    s0.intoArray(m, free);
    s1.intoArray(m, free + W);
    s2.intoArray(m, free + 2 * W);
    s3.intoArray(m, free + 3 * W);
    l0.add(l1).add(l2.add(l3)).intoArray(m, free + 4 * W);
    combine(m, out, free);
  }

  static void dot(float[] m, int out, int a, int b, int n, int free) {
    FloatVector zero = FloatVector.zero(F);
    FloatVector s0 = zero;
    FloatVector s1 = zero;
    FloatVector s2 = zero;
    FloatVector s3 = zero;
    FloatVector l0 = zero;
    FloatVector l1 = zero;
    FloatVector l2 = zero;
    FloatVector l3 = zero;
    int e = 0;
    for (; e + 3 < n; e += 4) {
      int x = a + e * W;
      int z = b + e * W;
      // fma(x, z, -low) rounds the product and the compensation together, once.
      FloatVector y0 = load(m, x).fma(load(m, z), l0.neg());
      FloatVector y1 = load(m, x + W).fma(load(m, z + W), l1.neg());
      FloatVector y2 = load(m, x + 2 * W).fma(load(m, z + 2 * W), l2.neg());
      FloatVector y3 = load(m, x + 3 * W).fma(load(m, z + 3 * W), l3.neg());
      FloatVector t0 = s0.add(y0);
      FloatVector t1 = s1.add(y1);
      FloatVector t2 = s2.add(y2);
      FloatVector t3 = s3.add(y3);
      l0 = t0.sub(s0).sub(y0);
      l1 = t1.sub(s1).sub(y1);
      l2 = t2.sub(s2).sub(y2);
      l3 = t3.sub(s3).sub(y3);
      s0 = t0;
      s1 = t1;
      s2 = t2;
      s3 = t3;
    }
    for (; e < n; e++) {
      FloatVector y = load(m, a + e * W).fma(load(m, b + e * W), l0.neg());
      FloatVector t = s0.add(y);
      l0 = t.sub(s0).sub(y);
      s0 = t;
    }
    s0.intoArray(m, free);
    s1.intoArray(m, free + W);
    s2.intoArray(m, free + 2 * W);
    s3.intoArray(m, free + 3 * W);
    l0.add(l1).add(l2.add(l3)).intoArray(m, free + 4 * W);
    combine(m, out, free);
  }

  /** Adds up the scratch: four sums and what they have lost. */
  private static void combine(float[] m, int out, int free) {
    twoSum(m, free, free + W);
    twoSum(m, free + 2 * W, free + 3 * W);
    twoSum(m, free, free + 2 * W);
    FloatVector errors =
        FloatVector.fromArray(F, m, free + W)
            .add(FloatVector.fromArray(F, m, free + 3 * W))
            .add(FloatVector.fromArray(F, m, free + 2 * W))
            .sub(FloatVector.fromArray(F, m, free + 4 * W));
    FloatVector.fromArray(F, m, free).intoArray(m, out);
    errors.intoArray(m, out + W);
    twoSum(m, out, out + W);
  }

  /** x and y become their sum, rounded, and what rounding took from it (Knuth's two-sum). */
  private static void twoSum(float[] m, int x, int y) {
    FloatVector a = FloatVector.fromArray(F, m, x);
    FloatVector b = FloatVector.fromArray(F, m, y);
    FloatVector sum = a.add(b);
    FloatVector z = sum.sub(a);
    sum.intoArray(m, x);
    a.sub(sum.sub(z)).add(b.sub(z)).intoArray(m, y);
  }

  static void segmentSum(float[] m, int out, int segments, int a, int[] slot) {
    java.util.Arrays.fill(m, out, out + segments * W, 0f);
    for (int e = 0; e < slot.length; e++) {
      int to = out + slot[e] * W;
      load(m, to).add(load(m, a + e * W)).intoArray(m, to);
    }
  }

  static void segmentDot(float[] m, int out, int segments, int a, int b, int[] slot) {
    java.util.Arrays.fill(m, out, out + segments * W, 0f);
    for (int e = 0; e < slot.length; e++) {
      int to = out + slot[e] * W;
      load(m, a + e * W).fma(load(m, b + e * W), load(m, to)).intoArray(m, to);
    }
  }
}
