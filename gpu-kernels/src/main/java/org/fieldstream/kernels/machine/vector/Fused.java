package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.W;
import static org.fieldstream.kernels.machine.vector.Simd.all;
import static org.fieldstream.kernels.machine.vector.Simd.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Loops of neighbouring ops in one: what they hand on stays in registers. Every number is rounded
 * as by the ops one after the other. Offsets are in floats, n counts elements.
 */
final class Fused {
  private Fused() {}

  /** Sine and cosine share the reduction. */
  static void sinCos(float[] m, int sin, int cos, int a, int n) {
    for (int e = 0; e < n * W; e += W) {
      FloatVector x = load(m, a + e);
      FloatVector turns = Elementary.turns(x);
      FloatVector r = Elementary.reduced(x, turns);
      FloatVector r2 = r.mul(r);
      IntVector sign = Elementary.sign(turns);
      FloatVector y = Elementary.signed(Elementary.cosPoly(r2), sign);
      Elementary.signed(Elementary.sinPoly(r, r2), sign).intoArray(m, sin + e);
      y.intoArray(m, cos + e);
    }
  }

  /** {@code ((p[c2] a + p[c1]) a) + p[c0]}. */
  static void quadratic(float[] m, int out, int a, float[] p, int c2, int c1, int c0, int n) {
    FloatVector q2 = all(p[c2]);
    FloatVector q1 = all(p[c1]);
    FloatVector q0 = all(p[c0]);
    for (int e = 0; e < n * W; e += W) {
      FloatVector x = load(m, a + e);
      x.mul(q2).add(q1).mul(x).add(q0).intoArray(m, out + e);
    }
  }

  /** {@code v = alpha a + beta b}, then {@code w = gamma c + delta v}: a kick and a drift. */
  static void step(
      float[] m,
      int v,
      float alpha,
      int a,
      float beta,
      int b,
      int w,
      float gamma,
      int c,
      float delta,
      int n) {
    FloatVector x = all(alpha);
    FloatVector y = all(beta);
    FloatVector s = all(gamma);
    FloatVector t = all(delta);
    for (int e = 0; e < n * W; e += W) {
      FloatVector kicked = load(m, a + e).fma(x, load(m, b + e).mul(y));
      FloatVector moved = load(m, c + e).fma(s, kicked.mul(t));
      kicked.intoArray(m, v + e);
      moved.intoArray(m, w + e);
    }
  }

  /** The difference of two gathers of one entry each, none of them -1. */
  static void difference(
      float[] m, int out, int a, int[] plus, int b, int[] minus, int first, int n) {
    for (int e = 0; e < n; e++) {
      FloatVector x = load(m, a + plus[first + e] * W);
      x.sub(load(m, b + minus[first + e] * W)).intoArray(m, out + e * W);
    }
  }

  /** The same with two entries each. */
  static void differenceOfTwo(
      float[] m, int out, int a, int[] plus, int b, int[] minus, int first, int n) {
    FloatVector zero = FloatVector.zero(Simd.F); // as in Gather.two
    for (int e = 0; e < n; e++) {
      int t = 2 * (first + e);
      FloatVector x =
          zero.add(load(m, a + plus[t] * W)).add(zero.add(load(m, a + plus[t + 1] * W)));
      FloatVector y =
          zero.add(load(m, b + minus[t] * W)).add(zero.add(load(m, b + minus[t + 1] * W)));
      x.sub(y).intoArray(m, out + e * W);
    }
  }
}
