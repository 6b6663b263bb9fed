package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Elementary.cosPoly;
import static org.fieldstream.kernels.machine.vector.Elementary.reduced;
import static org.fieldstream.kernels.machine.vector.Elementary.sign;
import static org.fieldstream.kernels.machine.vector.Elementary.signed;
import static org.fieldstream.kernels.machine.vector.Elementary.sinPoly;
import static org.fieldstream.kernels.machine.vector.Elementary.turns;
import static org.fieldstream.kernels.machine.vector.Simd.W;
import static org.fieldstream.kernels.machine.vector.Simd.all;
import static org.fieldstream.kernels.machine.vector.Simd.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Adjoint of the sine series, for the field and for the parameters in one pass, since both need the
 * same sines and cosines.
 */
final class SinesBack {
  private SinesBack() {}

  static void run(float[] m, float[] p, int[] n, int a, int g, int da, int dp, int sites) {
    int om = n[0];
    int f = n[1];
    int rows = n[2];
    boolean slope = n[3] == 1;
    java.util.Arrays.fill(m, dp, dp + (f + rows * (f + 1)) * W, 0f);
    for (int s = 0; s < sites; s++) {
      site(m, p, om, f, rows, slope, a + s * W, g + s * W, sites * W, da + s * W, dp);
    }
  }

  private static void site(
      float[] m,
      float[] p,
      int om,
      int f,
      int rows,
      boolean slope,
      int a,
      int g,
      int step,
      int da,
      int dp) {
    FloatVector x = load(m, a);
    FloatVector d = slope ? load(m, g + rows * step) : FloatVector.zero(Simd.F);
    FloatVector dx = FloatVector.zero(Simd.F);
    int w = om + f;
    for (int k = 0; k < rows; k++) {
      FloatVector u = load(m, g + k * step);
      dx = u.fma(all(p[w + k * (f + 1)]), dx);
      add(m, dp + (f + k * (f + 1)) * W, u.mul(x));
    }
    add(m, dp + f * W, d);
    for (int i = 0; i < f; i++) {
      float frequency = p[om + i];
      FloatVector angle = x.mul(frequency);
      FloatVector turns = turns(angle);
      FloatVector r = reduced(angle, turns);
      FloatVector r2 = r.mul(r);
      IntVector sign = sign(turns);
      FloatVector sin = signed(sinPoly(r, r2), sign);
      FloatVector cos = signed(cosPoly(r2), sign);
      FloatVector weighted = FloatVector.zero(Simd.F); // sum_k u_k W[k][i]
      for (int k = 0; k < rows; k++) {
        FloatVector u = load(m, g + k * step);
        int at = k * (f + 1) + 1 + i;
        weighted = u.fma(all(p[w + at]), weighted);
        int slot = dp + (f + at) * W;
        u.fma(sin, load(m, slot)).intoArray(m, slot);
      }
      FloatVector wave = weighted.mul(cos);
      dx = wave.fma(all(frequency), dx);
      FloatVector dFrequency = wave.mul(x);
      if (slope) {
        float weight = p[w + 1 + i];
        dx = d.mul(sin).fma(all(-weight * frequency * frequency), dx);
        int slot = dp + (f + 1 + i) * W;
        d.mul(cos).fma(all(frequency), load(m, slot)).intoArray(m, slot);
        dFrequency = cos.sub(angle.mul(sin)).mul(d).fma(all(weight), dFrequency);
      }
      add(m, dp + i * W, dFrequency);
    }
    dx.intoArray(m, da);
  }

  private static void add(float[] m, int at, FloatVector x) {
    load(m, at).add(x).intoArray(m, at);
  }
}
