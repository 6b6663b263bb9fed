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
 * Adjoint of the plane sines, for field and parameters in one pass. One sine at a time over all
 * sites, so that the sums over sites stay in registers; up to four channels of wave vector at once.
 *
 * <p>The sweeps differ only in how many channels they add up and are written out one by one: a sum
 * stays in a register only as a local variable of its own. In an array, or with the common part in
 * a method that returns several vectors, every vector of every site is an object on the heap.
 */
final class PlaneSinesBack {
  /** Channels whose sums one sweep over the sites keeps in registers. */
  private static final int AT_ONCE = 4;

  private PlaneSinesBack() {}

  static void run(
      float[] m, float[] p, int[] n, int channels, int a, int g, int da, int dp, int sites) {
    int sines = n[1];
    int step = sites * W;
    for (int f = 0; f < sines; f++) {
      int k = n[0] + f * channels;
      int w = n[0] + sines * channels + f;
      int dk = dp + f * channels * W;
      int dw = dp + (sines * channels + f) * W;
      for (int c = 0; c < channels; c += AT_ONCE) {
        switch (Math.min(AT_ONCE, channels - c)) {
          case 1 -> sweep1(m, p, k, c, w, channels, a, g, da, dk, dw, step, f == 0);
          case 2 -> sweep2(m, p, k, c, w, channels, a, g, da, dk, dw, step, f == 0);
          case 3 -> sweep3(m, p, k, c, w, channels, a, g, da, dk, dw, step, f == 0);
          default -> sweep4(m, p, k, c, w, channels, a, g, da, dk, dw, step, f == 0);
        }
      }
    }
  }

  private static FloatVector angle(float[] m, float[] p, int k, int channels, int at, int step) {
    FloatVector angle = fromArray(F, m, at).mul(p[k]);
    for (int c = 1; c < channels; c++) {
      angle = fromArray(F, m, at + c * step).fma(broadcast(F, p[k + c]), angle);
    }
    return angle;
  }

  private static void sweep1(
      float[] m,
      float[] p,
      int k,
      int first,
      int w,
      int channels,
      int a,
      int g,
      int da,
      int dk,
      int dw,
      int step,
      boolean fresh) {
    float weight = p[w];
    float own = p[k];
    FloatVector k0 = broadcast(F, p[k + first + 0]);
    FloatVector sum0 = zero(F);
    FloatVector sumWeight = zero(F);
    FloatVector sumOwn = zero(F);
    for (int e = 0; e < step; e += W) {
      FloatVector angle = angle(m, p, k, channels, a + e, step);
      FloatVector turns = turns(angle);
      FloatVector r = reduced(angle, turns);
      FloatVector r2 = r.mul(r);
      IntVector sign = sign(turns);
      FloatVector sin = signed(sinPoly(r, r2), sign);
      FloatVector cos = signed(cosPoly(r2), sign);
      FloatVector u = fromArray(F, m, g + e);
      FloatVector d = fromArray(F, m, g + step + e);
      FloatVector steep = d.mul(own);
      sumWeight = u.fma(sin, steep.fma(cos, sumWeight));
      sumOwn = d.fma(cos, sumOwn);
      FloatVector wave = u.mul(cos).sub(steep.mul(sin)).mul(weight);
      int at0 = (first + 0) * step + e;
      sum0 = wave.fma(fromArray(F, m, a + at0), sum0);
      FloatVector so0 = fresh ? zero(F) : fromArray(F, m, da + at0);
      wave.fma(k0, so0).intoArray(m, da + at0);
    }
    if (first == 0) {
      sumWeight.intoArray(m, dw);
      sum0 = sumOwn.fma(broadcast(F, weight), sum0);
    }
    sum0.intoArray(m, dk + (first + 0) * W);
  }

  private static void sweep2(
      float[] m,
      float[] p,
      int k,
      int first,
      int w,
      int channels,
      int a,
      int g,
      int da,
      int dk,
      int dw,
      int step,
      boolean fresh) {
    float weight = p[w];
    float own = p[k];
    FloatVector k0 = broadcast(F, p[k + first + 0]);
    FloatVector k1 = broadcast(F, p[k + first + 1]);
    FloatVector sum0 = zero(F);
    FloatVector sum1 = zero(F);
    FloatVector sumWeight = zero(F);
    FloatVector sumOwn = zero(F);
    for (int e = 0; e < step; e += W) {
      FloatVector angle = angle(m, p, k, channels, a + e, step);
      FloatVector turns = turns(angle);
      FloatVector r = reduced(angle, turns);
      FloatVector r2 = r.mul(r);
      IntVector sign = sign(turns);
      FloatVector sin = signed(sinPoly(r, r2), sign);
      FloatVector cos = signed(cosPoly(r2), sign);
      FloatVector u = fromArray(F, m, g + e);
      FloatVector d = fromArray(F, m, g + step + e);
      FloatVector steep = d.mul(own);
      sumWeight = u.fma(sin, steep.fma(cos, sumWeight));
      sumOwn = d.fma(cos, sumOwn);
      FloatVector wave = u.mul(cos).sub(steep.mul(sin)).mul(weight);
      int at0 = (first + 0) * step + e;
      sum0 = wave.fma(fromArray(F, m, a + at0), sum0);
      FloatVector so0 = fresh ? zero(F) : fromArray(F, m, da + at0);
      wave.fma(k0, so0).intoArray(m, da + at0);
      int at1 = (first + 1) * step + e;
      sum1 = wave.fma(fromArray(F, m, a + at1), sum1);
      FloatVector so1 = fresh ? zero(F) : fromArray(F, m, da + at1);
      wave.fma(k1, so1).intoArray(m, da + at1);
    }
    if (first == 0) {
      sumWeight.intoArray(m, dw);
      sum0 = sumOwn.fma(broadcast(F, weight), sum0);
    }
    sum0.intoArray(m, dk + (first + 0) * W);
    sum1.intoArray(m, dk + (first + 1) * W);
  }

  private static void sweep3(
      float[] m,
      float[] p,
      int k,
      int first,
      int w,
      int channels,
      int a,
      int g,
      int da,
      int dk,
      int dw,
      int step,
      boolean fresh) {
    float weight = p[w];
    float own = p[k];
    FloatVector k0 = broadcast(F, p[k + first + 0]);
    FloatVector k1 = broadcast(F, p[k + first + 1]);
    FloatVector k2 = broadcast(F, p[k + first + 2]);
    FloatVector sum0 = zero(F);
    FloatVector sum1 = zero(F);
    FloatVector sum2 = zero(F);
    FloatVector sumWeight = zero(F);
    FloatVector sumOwn = zero(F);
    for (int e = 0; e < step; e += W) {
      FloatVector angle = angle(m, p, k, channels, a + e, step);
      FloatVector turns = turns(angle);
      FloatVector r = reduced(angle, turns);
      FloatVector r2 = r.mul(r);
      IntVector sign = sign(turns);
      FloatVector sin = signed(sinPoly(r, r2), sign);
      FloatVector cos = signed(cosPoly(r2), sign);
      FloatVector u = fromArray(F, m, g + e);
      FloatVector d = fromArray(F, m, g + step + e);
      FloatVector steep = d.mul(own);
      sumWeight = u.fma(sin, steep.fma(cos, sumWeight));
      sumOwn = d.fma(cos, sumOwn);
      FloatVector wave = u.mul(cos).sub(steep.mul(sin)).mul(weight);
      int at0 = (first + 0) * step + e;
      sum0 = wave.fma(fromArray(F, m, a + at0), sum0);
      FloatVector so0 = fresh ? zero(F) : fromArray(F, m, da + at0);
      wave.fma(k0, so0).intoArray(m, da + at0);
      int at1 = (first + 1) * step + e;
      sum1 = wave.fma(fromArray(F, m, a + at1), sum1);
      FloatVector so1 = fresh ? zero(F) : fromArray(F, m, da + at1);
      wave.fma(k1, so1).intoArray(m, da + at1);
      int at2 = (first + 2) * step + e;
      sum2 = wave.fma(fromArray(F, m, a + at2), sum2);
      FloatVector so2 = fresh ? zero(F) : fromArray(F, m, da + at2);
      wave.fma(k2, so2).intoArray(m, da + at2);
    }
    if (first == 0) {
      sumWeight.intoArray(m, dw);
      sum0 = sumOwn.fma(broadcast(F, weight), sum0);
    }
    sum0.intoArray(m, dk + (first + 0) * W);
    sum1.intoArray(m, dk + (first + 1) * W);
    sum2.intoArray(m, dk + (first + 2) * W);
  }

  private static void sweep4(
      float[] m,
      float[] p,
      int k,
      int first,
      int w,
      int channels,
      int a,
      int g,
      int da,
      int dk,
      int dw,
      int step,
      boolean fresh) {
    float weight = p[w];
    float own = p[k];
    FloatVector k0 = broadcast(F, p[k + first + 0]);
    FloatVector k1 = broadcast(F, p[k + first + 1]);
    FloatVector k2 = broadcast(F, p[k + first + 2]);
    FloatVector k3 = broadcast(F, p[k + first + 3]);
    FloatVector sum0 = zero(F);
    FloatVector sum1 = zero(F);
    FloatVector sum2 = zero(F);
    FloatVector sum3 = zero(F);
    FloatVector sumWeight = zero(F);
    FloatVector sumOwn = zero(F);
    for (int e = 0; e < step; e += W) {
      FloatVector angle = angle(m, p, k, channels, a + e, step);
      FloatVector turns = turns(angle);
      FloatVector r = reduced(angle, turns);
      FloatVector r2 = r.mul(r);
      IntVector sign = sign(turns);
      FloatVector sin = signed(sinPoly(r, r2), sign);
      FloatVector cos = signed(cosPoly(r2), sign);
      FloatVector u = fromArray(F, m, g + e);
      FloatVector d = fromArray(F, m, g + step + e);
      FloatVector steep = d.mul(own);
      sumWeight = u.fma(sin, steep.fma(cos, sumWeight));
      sumOwn = d.fma(cos, sumOwn);
      FloatVector wave = u.mul(cos).sub(steep.mul(sin)).mul(weight);
      int at0 = (first + 0) * step + e;
      sum0 = wave.fma(fromArray(F, m, a + at0), sum0);
      FloatVector so0 = fresh ? zero(F) : fromArray(F, m, da + at0);
      wave.fma(k0, so0).intoArray(m, da + at0);
      int at1 = (first + 1) * step + e;
      sum1 = wave.fma(fromArray(F, m, a + at1), sum1);
      FloatVector so1 = fresh ? zero(F) : fromArray(F, m, da + at1);
      wave.fma(k1, so1).intoArray(m, da + at1);
      int at2 = (first + 2) * step + e;
      sum2 = wave.fma(fromArray(F, m, a + at2), sum2);
      FloatVector so2 = fresh ? zero(F) : fromArray(F, m, da + at2);
      wave.fma(k2, so2).intoArray(m, da + at2);
      int at3 = (first + 3) * step + e;
      sum3 = wave.fma(fromArray(F, m, a + at3), sum3);
      FloatVector so3 = fresh ? zero(F) : fromArray(F, m, da + at3);
      wave.fma(k3, so3).intoArray(m, da + at3);
    }
    if (first == 0) {
      sumWeight.intoArray(m, dw);
      sum0 = sumOwn.fma(broadcast(F, weight), sum0);
    }
    sum0.intoArray(m, dk + (first + 0) * W);
    sum1.intoArray(m, dk + (first + 1) * W);
    sum2.intoArray(m, dk + (first + 2) * W);
    sum3.intoArray(m, dk + (first + 3) * W);
  }
}
