package org.fieldstream.kernels.machine.vector;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.zero;
import static org.fieldstream.kernels.machine.vector.Elementary.cosPoly;
import static org.fieldstream.kernels.machine.vector.Elementary.reduced;
import static org.fieldstream.kernels.machine.vector.Elementary.sign;
import static org.fieldstream.kernels.machine.vector.Elementary.signed;
import static org.fieldstream.kernels.machine.vector.Elementary.sinPoly;
import static org.fieldstream.kernels.machine.vector.Elementary.turns;
import static org.fieldstream.kernels.machine.vector.Simd.F;
import static org.fieldstream.kernels.machine.vector.Simd.W;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Adjoint of the sine series, for the field and for the parameters in one pass, since both need the
 * same sines and cosines. One frequency at a time over all sites, so that the sums over sites stay
 * in registers; one loop for each number of rows up to four, more rows in several sweeps.
 */
final class SinesBack {
  private SinesBack() {}

  static void run(float[] m, float[] p, int[] n, int a, int g, int da, int dp, int sites) {
    int om = n[0];
    int f = n[1];
    int rows = n[2];
    boolean slope = n[3] == 1;
    int step = sites * W;
    int d = slope ? g + rows * step : -1;
    linear(m, p, om + f, f + 1, rows, a, g, da, dp + f * W, step);
    if (slope) {
      plainSum(m, d, dp + f * W, step);
    }
    for (int i = 0; i < f; i++) {
      zero(F).intoArray(m, dp + i * W);
      for (int k = 0; k < rows; k += 4) {
        int w = om + f + k * (f + 1) + 1 + i;
        int dw = dp + (f + k * (f + 1) + 1 + i) * W;
        int u = g + k * step;
        boolean first = slope && k == 0;
        switch (Math.min(4, rows - k)) {
          case 1 -> {
            if (first) {
              rows1Slope(m, p, om + i, w, f + 1, a, u, d, da, dp + i * W, dw, step);
            } else {
              rows1(m, p, om + i, w, f + 1, a, u, da, dp + i * W, dw, step);
            }
          }
          case 2 -> {
            if (first) {
              rows2Slope(m, p, om + i, w, f + 1, a, u, d, da, dp + i * W, dw, step);
            } else {
              rows2(m, p, om + i, w, f + 1, a, u, da, dp + i * W, dw, step);
            }
          }
          case 3 -> {
            if (first) {
              rows3Slope(m, p, om + i, w, f + 1, a, u, d, da, dp + i * W, dw, step);
            } else {
              rows3(m, p, om + i, w, f + 1, a, u, da, dp + i * W, dw, step);
            }
          }
          case 4 -> {
            if (first) {
              rows4Slope(m, p, om + i, w, f + 1, a, u, d, da, dp + i * W, dw, step);
            } else {
              rows4(m, p, om + i, w, f + 1, a, u, da, dp + i * W, dw, step);
            }
          }
          default -> throw new IllegalStateException("rows: " + rows);
        }
      }
    }
  }

  /** da = sum_k W[k][0] u_k, dW[k][0] = sum over sites of u_k a. */
  private static void linear(
      float[] m, float[] p, int w, int row, int rows, int a, int g, int da, int dw, int step) {
    for (int k = 0; k < rows; k++) {
      FloatVector weight = broadcast(F, p[w + k * row]);
      FloatVector sum = zero(F);
      for (int e = 0; e < step; e += W) {
        FloatVector u = fromArray(F, m, g + k * step + e);
        FloatVector sofar = k == 0 ? zero(F) : fromArray(F, m, da + e);
        u.fma(weight, sofar).intoArray(m, da + e);
        sum = u.fma(fromArray(F, m, a + e), sum);
      }
      sum.intoArray(m, dw + k * row * W);
    }
  }

  private static void plainSum(float[] m, int from, int to, int step) {
    FloatVector sum = fromArray(F, m, to);
    for (int e = 0; e < step; e += W) {
      sum = sum.add(fromArray(F, m, from + e));
    }
    sum.intoArray(m, to);
  }

  private static void rows1(
      float[] m,
      float[] p,
      int om,
      int w,
      int row,
      int a,
      int g,
      int da,
      int dOm,
      int dw,
      int step) {
    float frequency = p[om];
    float w0 = p[w];
    FloatVector sumOm = zero(F);
    FloatVector sum0 = zero(F);
    for (int e = 0; e < step; e += W) {
      FloatVector x = fromArray(F, m, a + e);
      FloatVector angle = x.mul(frequency);
      FloatVector turns = turns(angle);
      FloatVector r = reduced(angle, turns);
      FloatVector r2 = r.mul(r);
      IntVector sign = sign(turns);
      FloatVector sin = signed(sinPoly(r, r2), sign);
      FloatVector cos = signed(cosPoly(r2), sign);
      FloatVector u0 = fromArray(F, m, g + e);
      FloatVector weighted = u0.mul(w0);
      sum0 = u0.fma(sin, sum0);
      FloatVector wave = weighted.mul(cos);
      sumOm = wave.fma(x, sumOm);
      FloatVector dx = wave.fma(broadcast(F, frequency), fromArray(F, m, da + e));
      dx.intoArray(m, da + e);
    }
    fromArray(F, m, dOm).add(sumOm).intoArray(m, dOm);
    sum0.intoArray(m, dw);
  }

  private static void rows1Slope(
      float[] m,
      float[] p,
      int om,
      int w,
      int row,
      int a,
      int g,
      int d,
      int da,
      int dOm,
      int dw,
      int step) {
    float frequency = p[om];
    float w0 = p[w];
    float curvature = -w0 * frequency * frequency;
    FloatVector sumOm = zero(F);
    FloatVector sum0 = zero(F);
    for (int e = 0; e < step; e += W) {
      FloatVector x = fromArray(F, m, a + e);
      FloatVector angle = x.mul(frequency);
      FloatVector turns = turns(angle);
      FloatVector r = reduced(angle, turns);
      FloatVector r2 = r.mul(r);
      IntVector sign = sign(turns);
      FloatVector sin = signed(sinPoly(r, r2), sign);
      FloatVector cos = signed(cosPoly(r2), sign);
      FloatVector u0 = fromArray(F, m, g + e);
      FloatVector weighted = u0.mul(w0);
      sum0 = u0.fma(sin, sum0);
      FloatVector wave = weighted.mul(cos);
      sumOm = wave.fma(x, sumOm);
      FloatVector dx = wave.fma(broadcast(F, frequency), fromArray(F, m, da + e));
      FloatVector gradient = fromArray(F, m, d + e);
      dx = gradient.mul(sin).fma(broadcast(F, curvature), dx);
      sum0 = gradient.mul(cos).fma(broadcast(F, frequency), sum0);
      sumOm = angle.mul(sin).sub(cos).mul(gradient).fma(broadcast(F, -w0), sumOm);
      dx.intoArray(m, da + e);
    }
    fromArray(F, m, dOm).add(sumOm).intoArray(m, dOm);
    sum0.intoArray(m, dw);
  }

  private static void rows2(
      float[] m,
      float[] p,
      int om,
      int w,
      int row,
      int a,
      int g,
      int da,
      int dOm,
      int dw,
      int step) {
    float frequency = p[om];
    float w0 = p[w];
    float w1 = p[w + row];
    FloatVector sumOm = zero(F);
    FloatVector sum0 = zero(F);
    FloatVector sum1 = zero(F);
    for (int e = 0; e < step; e += W) {
      FloatVector x = fromArray(F, m, a + e);
      FloatVector angle = x.mul(frequency);
      FloatVector turns = turns(angle);
      FloatVector r = reduced(angle, turns);
      FloatVector r2 = r.mul(r);
      IntVector sign = sign(turns);
      FloatVector sin = signed(sinPoly(r, r2), sign);
      FloatVector cos = signed(cosPoly(r2), sign);
      FloatVector u0 = fromArray(F, m, g + e);
      FloatVector u1 = fromArray(F, m, g + step + e);
      FloatVector weighted = u0.mul(w0);
      weighted = u1.fma(broadcast(F, w1), weighted);
      sum0 = u0.fma(sin, sum0);
      sum1 = u1.fma(sin, sum1);
      FloatVector wave = weighted.mul(cos);
      sumOm = wave.fma(x, sumOm);
      FloatVector dx = wave.fma(broadcast(F, frequency), fromArray(F, m, da + e));
      dx.intoArray(m, da + e);
    }
    fromArray(F, m, dOm).add(sumOm).intoArray(m, dOm);
    sum0.intoArray(m, dw);
    sum1.intoArray(m, dw + row * W);
  }

  private static void rows2Slope(
      float[] m,
      float[] p,
      int om,
      int w,
      int row,
      int a,
      int g,
      int d,
      int da,
      int dOm,
      int dw,
      int step) {
    float frequency = p[om];
    float w0 = p[w];
    float w1 = p[w + row];
    float curvature = -w0 * frequency * frequency;
    FloatVector sumOm = zero(F);
    FloatVector sum0 = zero(F);
    FloatVector sum1 = zero(F);
    for (int e = 0; e < step; e += W) {
      FloatVector x = fromArray(F, m, a + e);
      FloatVector angle = x.mul(frequency);
      FloatVector turns = turns(angle);
      FloatVector r = reduced(angle, turns);
      FloatVector r2 = r.mul(r);
      IntVector sign = sign(turns);
      FloatVector sin = signed(sinPoly(r, r2), sign);
      FloatVector cos = signed(cosPoly(r2), sign);
      FloatVector u0 = fromArray(F, m, g + e);
      FloatVector u1 = fromArray(F, m, g + step + e);
      FloatVector weighted = u0.mul(w0);
      weighted = u1.fma(broadcast(F, w1), weighted);
      sum0 = u0.fma(sin, sum0);
      sum1 = u1.fma(sin, sum1);
      FloatVector wave = weighted.mul(cos);
      sumOm = wave.fma(x, sumOm);
      FloatVector dx = wave.fma(broadcast(F, frequency), fromArray(F, m, da + e));
      FloatVector gradient = fromArray(F, m, d + e);
      dx = gradient.mul(sin).fma(broadcast(F, curvature), dx);
      sum0 = gradient.mul(cos).fma(broadcast(F, frequency), sum0);
      sumOm = angle.mul(sin).sub(cos).mul(gradient).fma(broadcast(F, -w0), sumOm);
      dx.intoArray(m, da + e);
    }
    fromArray(F, m, dOm).add(sumOm).intoArray(m, dOm);
    sum0.intoArray(m, dw);
    sum1.intoArray(m, dw + row * W);
  }

  private static void rows3(
      float[] m,
      float[] p,
      int om,
      int w,
      int row,
      int a,
      int g,
      int da,
      int dOm,
      int dw,
      int step) {
    float frequency = p[om];
    float w0 = p[w];
    float w1 = p[w + row];
    float w2 = p[w + 2 * row];
    FloatVector sumOm = zero(F);
    FloatVector sum0 = zero(F);
    FloatVector sum1 = zero(F);
    FloatVector sum2 = zero(F);
    for (int e = 0; e < step; e += W) {
      FloatVector x = fromArray(F, m, a + e);
      FloatVector angle = x.mul(frequency);
      FloatVector turns = turns(angle);
      FloatVector r = reduced(angle, turns);
      FloatVector r2 = r.mul(r);
      IntVector sign = sign(turns);
      FloatVector sin = signed(sinPoly(r, r2), sign);
      FloatVector cos = signed(cosPoly(r2), sign);
      FloatVector u0 = fromArray(F, m, g + e);
      FloatVector u1 = fromArray(F, m, g + step + e);
      FloatVector u2 = fromArray(F, m, g + 2 * step + e);
      FloatVector weighted = u0.mul(w0);
      weighted = u1.fma(broadcast(F, w1), weighted);
      weighted = u2.fma(broadcast(F, w2), weighted);
      sum0 = u0.fma(sin, sum0);
      sum1 = u1.fma(sin, sum1);
      sum2 = u2.fma(sin, sum2);
      FloatVector wave = weighted.mul(cos);
      sumOm = wave.fma(x, sumOm);
      FloatVector dx = wave.fma(broadcast(F, frequency), fromArray(F, m, da + e));
      dx.intoArray(m, da + e);
    }
    fromArray(F, m, dOm).add(sumOm).intoArray(m, dOm);
    sum0.intoArray(m, dw);
    sum1.intoArray(m, dw + row * W);
    sum2.intoArray(m, dw + 2 * row * W);
  }

  private static void rows3Slope(
      float[] m,
      float[] p,
      int om,
      int w,
      int row,
      int a,
      int g,
      int d,
      int da,
      int dOm,
      int dw,
      int step) {
    float frequency = p[om];
    float w0 = p[w];
    float w1 = p[w + row];
    float w2 = p[w + 2 * row];
    float curvature = -w0 * frequency * frequency;
    FloatVector sumOm = zero(F);
    FloatVector sum0 = zero(F);
    FloatVector sum1 = zero(F);
    FloatVector sum2 = zero(F);
    for (int e = 0; e < step; e += W) {
      FloatVector x = fromArray(F, m, a + e);
      FloatVector angle = x.mul(frequency);
      FloatVector turns = turns(angle);
      FloatVector r = reduced(angle, turns);
      FloatVector r2 = r.mul(r);
      IntVector sign = sign(turns);
      FloatVector sin = signed(sinPoly(r, r2), sign);
      FloatVector cos = signed(cosPoly(r2), sign);
      FloatVector u0 = fromArray(F, m, g + e);
      FloatVector u1 = fromArray(F, m, g + step + e);
      FloatVector u2 = fromArray(F, m, g + 2 * step + e);
      FloatVector weighted = u0.mul(w0);
      weighted = u1.fma(broadcast(F, w1), weighted);
      weighted = u2.fma(broadcast(F, w2), weighted);
      sum0 = u0.fma(sin, sum0);
      sum1 = u1.fma(sin, sum1);
      sum2 = u2.fma(sin, sum2);
      FloatVector wave = weighted.mul(cos);
      sumOm = wave.fma(x, sumOm);
      FloatVector dx = wave.fma(broadcast(F, frequency), fromArray(F, m, da + e));
      FloatVector gradient = fromArray(F, m, d + e);
      dx = gradient.mul(sin).fma(broadcast(F, curvature), dx);
      sum0 = gradient.mul(cos).fma(broadcast(F, frequency), sum0);
      sumOm = angle.mul(sin).sub(cos).mul(gradient).fma(broadcast(F, -w0), sumOm);
      dx.intoArray(m, da + e);
    }
    fromArray(F, m, dOm).add(sumOm).intoArray(m, dOm);
    sum0.intoArray(m, dw);
    sum1.intoArray(m, dw + row * W);
    sum2.intoArray(m, dw + 2 * row * W);
  }

  private static void rows4(
      float[] m,
      float[] p,
      int om,
      int w,
      int row,
      int a,
      int g,
      int da,
      int dOm,
      int dw,
      int step) {
    float frequency = p[om];
    float w0 = p[w];
    float w1 = p[w + row];
    float w2 = p[w + 2 * row];
    float w3 = p[w + 3 * row];
    FloatVector sumOm = zero(F);
    FloatVector sum0 = zero(F);
    FloatVector sum1 = zero(F);
    FloatVector sum2 = zero(F);
    FloatVector sum3 = zero(F);
    for (int e = 0; e < step; e += W) {
      FloatVector x = fromArray(F, m, a + e);
      FloatVector angle = x.mul(frequency);
      FloatVector turns = turns(angle);
      FloatVector r = reduced(angle, turns);
      FloatVector r2 = r.mul(r);
      IntVector sign = sign(turns);
      FloatVector sin = signed(sinPoly(r, r2), sign);
      FloatVector cos = signed(cosPoly(r2), sign);
      FloatVector u0 = fromArray(F, m, g + e);
      FloatVector u1 = fromArray(F, m, g + step + e);
      FloatVector u2 = fromArray(F, m, g + 2 * step + e);
      FloatVector u3 = fromArray(F, m, g + 3 * step + e);
      FloatVector weighted = u0.mul(w0);
      weighted = u1.fma(broadcast(F, w1), weighted);
      weighted = u2.fma(broadcast(F, w2), weighted);
      weighted = u3.fma(broadcast(F, w3), weighted);
      sum0 = u0.fma(sin, sum0);
      sum1 = u1.fma(sin, sum1);
      sum2 = u2.fma(sin, sum2);
      sum3 = u3.fma(sin, sum3);
      FloatVector wave = weighted.mul(cos);
      sumOm = wave.fma(x, sumOm);
      FloatVector dx = wave.fma(broadcast(F, frequency), fromArray(F, m, da + e));
      dx.intoArray(m, da + e);
    }
    fromArray(F, m, dOm).add(sumOm).intoArray(m, dOm);
    sum0.intoArray(m, dw);
    sum1.intoArray(m, dw + row * W);
    sum2.intoArray(m, dw + 2 * row * W);
    sum3.intoArray(m, dw + 3 * row * W);
  }

  private static void rows4Slope(
      float[] m,
      float[] p,
      int om,
      int w,
      int row,
      int a,
      int g,
      int d,
      int da,
      int dOm,
      int dw,
      int step) {
    float frequency = p[om];
    float w0 = p[w];
    float w1 = p[w + row];
    float w2 = p[w + 2 * row];
    float w3 = p[w + 3 * row];
    float curvature = -w0 * frequency * frequency;
    FloatVector sumOm = zero(F);
    FloatVector sum0 = zero(F);
    FloatVector sum1 = zero(F);
    FloatVector sum2 = zero(F);
    FloatVector sum3 = zero(F);
    for (int e = 0; e < step; e += W) {
      FloatVector x = fromArray(F, m, a + e);
      FloatVector angle = x.mul(frequency);
      FloatVector turns = turns(angle);
      FloatVector r = reduced(angle, turns);
      FloatVector r2 = r.mul(r);
      IntVector sign = sign(turns);
      FloatVector sin = signed(sinPoly(r, r2), sign);
      FloatVector cos = signed(cosPoly(r2), sign);
      FloatVector u0 = fromArray(F, m, g + e);
      FloatVector u1 = fromArray(F, m, g + step + e);
      FloatVector u2 = fromArray(F, m, g + 2 * step + e);
      FloatVector u3 = fromArray(F, m, g + 3 * step + e);
      FloatVector weighted = u0.mul(w0);
      weighted = u1.fma(broadcast(F, w1), weighted);
      weighted = u2.fma(broadcast(F, w2), weighted);
      weighted = u3.fma(broadcast(F, w3), weighted);
      sum0 = u0.fma(sin, sum0);
      sum1 = u1.fma(sin, sum1);
      sum2 = u2.fma(sin, sum2);
      sum3 = u3.fma(sin, sum3);
      FloatVector wave = weighted.mul(cos);
      sumOm = wave.fma(x, sumOm);
      FloatVector dx = wave.fma(broadcast(F, frequency), fromArray(F, m, da + e));
      FloatVector gradient = fromArray(F, m, d + e);
      dx = gradient.mul(sin).fma(broadcast(F, curvature), dx);
      sum0 = gradient.mul(cos).fma(broadcast(F, frequency), sum0);
      sumOm = angle.mul(sin).sub(cos).mul(gradient).fma(broadcast(F, -w0), sumOm);
      dx.intoArray(m, da + e);
    }
    fromArray(F, m, dOm).add(sumOm).intoArray(m, dOm);
    sum0.intoArray(m, dw);
    sum1.intoArray(m, dw + row * W);
    sum2.intoArray(m, dw + 2 * row * W);
    sum3.intoArray(m, dw + 3 * row * W);
  }
}
