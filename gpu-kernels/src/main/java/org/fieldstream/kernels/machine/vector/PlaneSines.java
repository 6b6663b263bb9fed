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

/** Plane sines of a site and their derivative by channel 0, both from one reduction. */
final class PlaneSines {
  private PlaneSines() {}

  static void run(float[] m, float[] p, int[] n, int channels, int a, int out, int sites) {
    int sines = n[1];
    int weights = n[0] + sines * channels;
    int step = sites * W;
    for (int e = 0; e < step; e += W) {
      FloatVector sum = FloatVector.zero(Simd.F);
      FloatVector slope = FloatVector.zero(Simd.F);
      for (int f = 0; f < sines; f++) {
        int k = n[0] + f * channels;
        FloatVector angle = load(m, a + e).mul(p[k]);
        for (int c = 1; c < channels; c++) {
          angle = load(m, a + c * step + e).fma(all(p[k + c]), angle);
        }
        FloatVector turns = turns(angle);
        FloatVector r = reduced(angle, turns);
        FloatVector r2 = r.mul(r);
        IntVector sign = sign(turns);
        float weight = p[weights + f];
        sum = signed(sinPoly(r, r2), sign).fma(all(weight), sum);
        slope = signed(cosPoly(r2), sign).fma(all(weight * p[k]), slope);
      }
      sum.intoArray(m, out + e);
      slope.intoArray(m, out + step + e);
    }
  }
}
