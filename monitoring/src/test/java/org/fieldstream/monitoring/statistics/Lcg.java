package org.fieldstream.monitoring.statistics;

/** Numbers that any language can repeat: Knuth's 64-bit congruential generator. */
final class Lcg {
  private Lcg() {}

  /** Uniform in [0, 1). */
  static double[] uniforms(int n, long seed) {
    double[] values = new double[n];
    long state = seed;
    for (int i = 0; i < n; i++) {
      state = state * 6364136223846793005L + 1442695040888963407L;
      values[i] = (state >>> 11) * 0x1p-53;
    }
    return values;
  }
}
