package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.W;
import static org.fieldstream.kernels.machine.vector.Simd.all;
import static org.fieldstream.kernels.machine.vector.Simd.load;

import jdk.incubator.vector.FloatVector;
import org.fieldstream.kernels.program.Op;

/**
 * A convolution of one channel with nine taps: all weights in registers, and a loop without a table
 * over neighbouring sites whose taps lie alike, which is a row of a periodic lattice but for its
 * ends. Sums run over the taps in order, as those of {@link Products} do.
 */
final class NineTaps {
  private static final int TAPS = 9;

  private final int[] table;

  /** By site, the first site behind it whose taps lie otherwise. */
  private final int[] end;

  private NineTaps(Op op) {
    table = op.table();
    int sites = op.in(0).shape().sites();
    end = new int[sites];
    for (int s = sites - 1; s >= 0; s--) {
      end[s] = s + 1 < sites && alike(s) ? end[s + 1] : s + 1;
    }
  }

  /** Whether an op is one. */
  static boolean fits(Op op) {
    return op.in(0).shape().channels() == 1
        && op.out().shape().channels() == 1
        && op.integer(2) == TAPS
        && op.integer(5) == 0;
  }

  /** Binds. */
  static NineTaps of(Op op) {
    return new NineTaps(op);
  }

  /** Whether the next site's taps are the next ones of this site's. */
  private boolean alike(int site) {
    for (int k = site * TAPS; k < (site + 1) * TAPS; k++) {
      if (table[k + TAPS] != table[k] + 1) {
        return false;
      }
    }
    return true;
  }

  /**
   * Runs.
   *
   * @param w where the bias and the weights lie in p
   * @param out where the first site's result goes
   * @param a where the input starts
   * @param site the first site
   * @param count how many
   */
  void run(float[] m, float[] p, int w, int out, int a, int site, int count) {
    int last = site + count;
    for (int s = site; s < last; ) {
      int next = Math.min(end[s], last);
      row(m, p, w, out + (s - site) * W, a, s * TAPS, next - s);
      s = next;
    }
  }

  private void row(float[] m, float[] p, int w, int out, int a, int t, int n) {
    // Numbers, not vectors: a vector that outlives its loop is one that may be allocated.
    float bias = p[w];
    float w0 = p[w + 1];
    float w1 = p[w + 2];
    float w2 = p[w + 3];
    float w3 = p[w + 4];
    float w4 = p[w + 5];
    float w5 = p[w + 6];
    float w6 = p[w + 7];
    float w7 = p[w + 8];
    float w8 = p[w + 9];
    int a0 = a + table[t] * W;
    int a1 = a + table[t + 1] * W;
    int a2 = a + table[t + 2] * W;
    int a3 = a + table[t + 3] * W;
    int a4 = a + table[t + 4] * W;
    int a5 = a + table[t + 5] * W;
    int a6 = a + table[t + 6] * W;
    int a7 = a + table[t + 7] * W;
    int a8 = a + table[t + 8] * W;
    for (int e = 0; e < n * W; e += W) {
      FloatVector x = load(m, a0 + e).fma(all(w0), all(bias));
      x = load(m, a1 + e).fma(all(w1), x);
      x = load(m, a2 + e).fma(all(w2), x);
      x = load(m, a3 + e).fma(all(w3), x);
      x = load(m, a4 + e).fma(all(w4), x);
      x = load(m, a5 + e).fma(all(w5), x);
      x = load(m, a6 + e).fma(all(w6), x);
      x = load(m, a7 + e).fma(all(w7), x);
      x = load(m, a8 + e).fma(all(w8), x);
      x.intoArray(m, out + e);
    }
  }
}
