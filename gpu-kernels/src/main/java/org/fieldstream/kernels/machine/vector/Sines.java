package org.fieldstream.kernels.machine.vector;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static org.fieldstream.kernels.machine.vector.Elementary.cosPoly;
import static org.fieldstream.kernels.machine.vector.Elementary.reduced;
import static org.fieldstream.kernels.machine.vector.Elementary.sign;
import static org.fieldstream.kernels.machine.vector.Elementary.signed;
import static org.fieldstream.kernels.machine.vector.Elementary.sinPoly;
import static org.fieldstream.kernels.machine.vector.Elementary.turns;
import static org.fieldstream.kernels.machine.vector.Simd.F;
import static org.fieldstream.kernels.machine.vector.Simd.W;

import java.util.ArrayList;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Sine series of a field: all rows of weights contracted with the sines of a site while these are
 * in registers. One loop for each number of rows, since the compiler keeps only named variables in
 * registers; more rows than six go in several sweeps.
 */
final class Sines {
  private static final int MOST = 6;

  private Sines() {}

  /**
   * The sweeps of an op, to be run one after the other. They are chosen here and not while running,
   * so that each is compiled by itself: several in one compilation exhaust the compiler's patience,
   * and what it then calls instead of inlining allocates its vectors.
   */
  static List<TileOp> of(int[] n, int out, int a, int sites) {
    int om = n[0];
    int f = n[1];
    int rows = n[2];
    boolean slope = n[3] == 1;
    List<TileOp> sweeps = new ArrayList<>();
    for (int k = 0; k < rows; k += MOST) {
      int w = om + f + k * (f + 1);
      // The slope belongs to row 0 and is written behind the last row.
      int slopeOut = slope && k == 0 ? out + rows * sites * W : -1;
      sweeps.add(
          sweep(om, w, f, a, out + k * sites * W, Math.min(rows - k, MOST), slopeOut, sites));
    }
    return sweeps;
  }

  private static TileOp sweep(
      int om, int w, int f, int a, int out, int rows, int slopeOut, int sites) {
    return switch (rows) {
      case 1 ->
          slopeOut >= 0
              ? (m, p, keys) -> rows1Slope(m, p, om, w, f, a, out, slopeOut, sites)
              : (m, p, keys) -> rows1(m, p, om, w, f, a, out, sites);
      case 2 ->
          slopeOut >= 0
              ? (m, p, keys) -> rows2Slope(m, p, om, w, f, a, out, slopeOut, sites)
              : (m, p, keys) -> rows2(m, p, om, w, f, a, out, sites);
      case 3 ->
          slopeOut >= 0
              ? (m, p, keys) -> rows3Slope(m, p, om, w, f, a, out, slopeOut, sites)
              : (m, p, keys) -> rows3(m, p, om, w, f, a, out, sites);
      case 4 ->
          slopeOut >= 0
              ? (m, p, keys) -> rows4Slope(m, p, om, w, f, a, out, slopeOut, sites)
              : (m, p, keys) -> rows4(m, p, om, w, f, a, out, sites);
      case 5 ->
          slopeOut >= 0
              ? (m, p, keys) -> rows5Slope(m, p, om, w, f, a, out, slopeOut, sites)
              : (m, p, keys) -> rows5(m, p, om, w, f, a, out, sites);
      case 6 ->
          slopeOut >= 0
              ? (m, p, keys) -> rows6Slope(m, p, om, w, f, a, out, slopeOut, sites)
              : (m, p, keys) -> rows6(m, p, om, w, f, a, out, sites);
      default -> throw new IllegalStateException("rows: " + rows);
    };
  }

  private static void rows1(float[] m, float[] p, int om, int w, int f, int a, int out, int sites) {
    int row = f + 1;
    int step = sites * W;
    for (int e = 0; e < step; e += W) {
      FloatVector x = fromArray(F, m, a + e);
      FloatVector x0 = x.mul(p[w]);
      for (int i = 0; i < f; i++) {
        float frequency = p[om + i];
        FloatVector angle = x.mul(frequency);
        FloatVector turns = turns(angle);
        FloatVector r = reduced(angle, turns);
        FloatVector r2 = r.mul(r);
        IntVector sign = sign(turns);
        FloatVector sin = signed(sinPoly(r, r2), sign);
        int at = w + 1 + i;
        x0 = sin.fma(broadcast(F, p[at]), x0);
      }
      x0.intoArray(m, out + e);
    }
  }

  private static void rows1Slope(
      float[] m, float[] p, int om, int w, int f, int a, int out, int slopeOut, int sites) {
    int row = f + 1;
    int step = sites * W;
    for (int e = 0; e < step; e += W) {
      FloatVector x = fromArray(F, m, a + e);
      FloatVector x0 = x.mul(p[w]);
      FloatVector d = broadcast(F, p[w]);
      for (int i = 0; i < f; i++) {
        float frequency = p[om + i];
        FloatVector angle = x.mul(frequency);
        FloatVector turns = turns(angle);
        FloatVector r = reduced(angle, turns);
        FloatVector r2 = r.mul(r);
        IntVector sign = sign(turns);
        FloatVector sin = signed(sinPoly(r, r2), sign);
        FloatVector cos = signed(cosPoly(r2), sign);
        int at = w + 1 + i;
        x0 = sin.fma(broadcast(F, p[at]), x0);
        d = cos.fma(broadcast(F, p[at] * frequency), d);
      }
      x0.intoArray(m, out + e);
      d.intoArray(m, slopeOut + e);
    }
  }

  private static void rows2(float[] m, float[] p, int om, int w, int f, int a, int out, int sites) {
    int row = f + 1;
    int step = sites * W;
    for (int e = 0; e < step; e += W) {
      FloatVector x = fromArray(F, m, a + e);
      FloatVector x0 = x.mul(p[w]);
      FloatVector x1 = x.mul(p[w + row]);
      for (int i = 0; i < f; i++) {
        float frequency = p[om + i];
        FloatVector angle = x.mul(frequency);
        FloatVector turns = turns(angle);
        FloatVector r = reduced(angle, turns);
        FloatVector r2 = r.mul(r);
        IntVector sign = sign(turns);
        FloatVector sin = signed(sinPoly(r, r2), sign);
        int at = w + 1 + i;
        x0 = sin.fma(broadcast(F, p[at]), x0);
        x1 = sin.fma(broadcast(F, p[at + row]), x1);
      }
      x0.intoArray(m, out + e);
      x1.intoArray(m, out + step + e);
    }
  }

  private static void rows2Slope(
      float[] m, float[] p, int om, int w, int f, int a, int out, int slopeOut, int sites) {
    int row = f + 1;
    int step = sites * W;
    for (int e = 0; e < step; e += W) {
      FloatVector x = fromArray(F, m, a + e);
      FloatVector x0 = x.mul(p[w]);
      FloatVector x1 = x.mul(p[w + row]);
      FloatVector d = broadcast(F, p[w]);
      for (int i = 0; i < f; i++) {
        float frequency = p[om + i];
        FloatVector angle = x.mul(frequency);
        FloatVector turns = turns(angle);
        FloatVector r = reduced(angle, turns);
        FloatVector r2 = r.mul(r);
        IntVector sign = sign(turns);
        FloatVector sin = signed(sinPoly(r, r2), sign);
        FloatVector cos = signed(cosPoly(r2), sign);
        int at = w + 1 + i;
        x0 = sin.fma(broadcast(F, p[at]), x0);
        x1 = sin.fma(broadcast(F, p[at + row]), x1);
        d = cos.fma(broadcast(F, p[at] * frequency), d);
      }
      x0.intoArray(m, out + e);
      x1.intoArray(m, out + step + e);
      d.intoArray(m, slopeOut + e);
    }
  }

  private static void rows3(float[] m, float[] p, int om, int w, int f, int a, int out, int sites) {
    int row = f + 1;
    int step = sites * W;
    for (int e = 0; e < step; e += W) {
      FloatVector x = fromArray(F, m, a + e);
      FloatVector x0 = x.mul(p[w]);
      FloatVector x1 = x.mul(p[w + row]);
      FloatVector x2 = x.mul(p[w + 2 * row]);
      for (int i = 0; i < f; i++) {
        float frequency = p[om + i];
        FloatVector angle = x.mul(frequency);
        FloatVector turns = turns(angle);
        FloatVector r = reduced(angle, turns);
        FloatVector r2 = r.mul(r);
        IntVector sign = sign(turns);
        FloatVector sin = signed(sinPoly(r, r2), sign);
        int at = w + 1 + i;
        x0 = sin.fma(broadcast(F, p[at]), x0);
        x1 = sin.fma(broadcast(F, p[at + row]), x1);
        x2 = sin.fma(broadcast(F, p[at + 2 * row]), x2);
      }
      x0.intoArray(m, out + e);
      x1.intoArray(m, out + step + e);
      x2.intoArray(m, out + 2 * step + e);
    }
  }

  private static void rows3Slope(
      float[] m, float[] p, int om, int w, int f, int a, int out, int slopeOut, int sites) {
    int row = f + 1;
    int step = sites * W;
    for (int e = 0; e < step; e += W) {
      FloatVector x = fromArray(F, m, a + e);
      FloatVector x0 = x.mul(p[w]);
      FloatVector x1 = x.mul(p[w + row]);
      FloatVector x2 = x.mul(p[w + 2 * row]);
      FloatVector d = broadcast(F, p[w]);
      for (int i = 0; i < f; i++) {
        float frequency = p[om + i];
        FloatVector angle = x.mul(frequency);
        FloatVector turns = turns(angle);
        FloatVector r = reduced(angle, turns);
        FloatVector r2 = r.mul(r);
        IntVector sign = sign(turns);
        FloatVector sin = signed(sinPoly(r, r2), sign);
        FloatVector cos = signed(cosPoly(r2), sign);
        int at = w + 1 + i;
        x0 = sin.fma(broadcast(F, p[at]), x0);
        x1 = sin.fma(broadcast(F, p[at + row]), x1);
        x2 = sin.fma(broadcast(F, p[at + 2 * row]), x2);
        d = cos.fma(broadcast(F, p[at] * frequency), d);
      }
      x0.intoArray(m, out + e);
      x1.intoArray(m, out + step + e);
      x2.intoArray(m, out + 2 * step + e);
      d.intoArray(m, slopeOut + e);
    }
  }

  private static void rows4(float[] m, float[] p, int om, int w, int f, int a, int out, int sites) {
    int row = f + 1;
    int step = sites * W;
    for (int e = 0; e < step; e += W) {
      FloatVector x = fromArray(F, m, a + e);
      FloatVector x0 = x.mul(p[w]);
      FloatVector x1 = x.mul(p[w + row]);
      FloatVector x2 = x.mul(p[w + 2 * row]);
      FloatVector x3 = x.mul(p[w + 3 * row]);
      for (int i = 0; i < f; i++) {
        float frequency = p[om + i];
        FloatVector angle = x.mul(frequency);
        FloatVector turns = turns(angle);
        FloatVector r = reduced(angle, turns);
        FloatVector r2 = r.mul(r);
        IntVector sign = sign(turns);
        FloatVector sin = signed(sinPoly(r, r2), sign);
        int at = w + 1 + i;
        x0 = sin.fma(broadcast(F, p[at]), x0);
        x1 = sin.fma(broadcast(F, p[at + row]), x1);
        x2 = sin.fma(broadcast(F, p[at + 2 * row]), x2);
        x3 = sin.fma(broadcast(F, p[at + 3 * row]), x3);
      }
      x0.intoArray(m, out + e);
      x1.intoArray(m, out + step + e);
      x2.intoArray(m, out + 2 * step + e);
      x3.intoArray(m, out + 3 * step + e);
    }
  }

  private static void rows4Slope(
      float[] m, float[] p, int om, int w, int f, int a, int out, int slopeOut, int sites) {
    int row = f + 1;
    int step = sites * W;
    for (int e = 0; e < step; e += W) {
      FloatVector x = fromArray(F, m, a + e);
      FloatVector x0 = x.mul(p[w]);
      FloatVector x1 = x.mul(p[w + row]);
      FloatVector x2 = x.mul(p[w + 2 * row]);
      FloatVector x3 = x.mul(p[w + 3 * row]);
      FloatVector d = broadcast(F, p[w]);
      for (int i = 0; i < f; i++) {
        float frequency = p[om + i];
        FloatVector angle = x.mul(frequency);
        FloatVector turns = turns(angle);
        FloatVector r = reduced(angle, turns);
        FloatVector r2 = r.mul(r);
        IntVector sign = sign(turns);
        FloatVector sin = signed(sinPoly(r, r2), sign);
        FloatVector cos = signed(cosPoly(r2), sign);
        int at = w + 1 + i;
        x0 = sin.fma(broadcast(F, p[at]), x0);
        x1 = sin.fma(broadcast(F, p[at + row]), x1);
        x2 = sin.fma(broadcast(F, p[at + 2 * row]), x2);
        x3 = sin.fma(broadcast(F, p[at + 3 * row]), x3);
        d = cos.fma(broadcast(F, p[at] * frequency), d);
      }
      x0.intoArray(m, out + e);
      x1.intoArray(m, out + step + e);
      x2.intoArray(m, out + 2 * step + e);
      x3.intoArray(m, out + 3 * step + e);
      d.intoArray(m, slopeOut + e);
    }
  }

  private static void rows5(float[] m, float[] p, int om, int w, int f, int a, int out, int sites) {
    int row = f + 1;
    int step = sites * W;
    for (int e = 0; e < step; e += W) {
      FloatVector x = fromArray(F, m, a + e);
      FloatVector x0 = x.mul(p[w]);
      FloatVector x1 = x.mul(p[w + row]);
      FloatVector x2 = x.mul(p[w + 2 * row]);
      FloatVector x3 = x.mul(p[w + 3 * row]);
      FloatVector x4 = x.mul(p[w + 4 * row]);
      for (int i = 0; i < f; i++) {
        float frequency = p[om + i];
        FloatVector angle = x.mul(frequency);
        FloatVector turns = turns(angle);
        FloatVector r = reduced(angle, turns);
        FloatVector r2 = r.mul(r);
        IntVector sign = sign(turns);
        FloatVector sin = signed(sinPoly(r, r2), sign);
        int at = w + 1 + i;
        x0 = sin.fma(broadcast(F, p[at]), x0);
        x1 = sin.fma(broadcast(F, p[at + row]), x1);
        x2 = sin.fma(broadcast(F, p[at + 2 * row]), x2);
        x3 = sin.fma(broadcast(F, p[at + 3 * row]), x3);
        x4 = sin.fma(broadcast(F, p[at + 4 * row]), x4);
      }
      x0.intoArray(m, out + e);
      x1.intoArray(m, out + step + e);
      x2.intoArray(m, out + 2 * step + e);
      x3.intoArray(m, out + 3 * step + e);
      x4.intoArray(m, out + 4 * step + e);
    }
  }

  private static void rows5Slope(
      float[] m, float[] p, int om, int w, int f, int a, int out, int slopeOut, int sites) {
    int row = f + 1;
    int step = sites * W;
    for (int e = 0; e < step; e += W) {
      FloatVector x = fromArray(F, m, a + e);
      FloatVector x0 = x.mul(p[w]);
      FloatVector x1 = x.mul(p[w + row]);
      FloatVector x2 = x.mul(p[w + 2 * row]);
      FloatVector x3 = x.mul(p[w + 3 * row]);
      FloatVector x4 = x.mul(p[w + 4 * row]);
      FloatVector d = broadcast(F, p[w]);
      for (int i = 0; i < f; i++) {
        float frequency = p[om + i];
        FloatVector angle = x.mul(frequency);
        FloatVector turns = turns(angle);
        FloatVector r = reduced(angle, turns);
        FloatVector r2 = r.mul(r);
        IntVector sign = sign(turns);
        FloatVector sin = signed(sinPoly(r, r2), sign);
        FloatVector cos = signed(cosPoly(r2), sign);
        int at = w + 1 + i;
        x0 = sin.fma(broadcast(F, p[at]), x0);
        x1 = sin.fma(broadcast(F, p[at + row]), x1);
        x2 = sin.fma(broadcast(F, p[at + 2 * row]), x2);
        x3 = sin.fma(broadcast(F, p[at + 3 * row]), x3);
        x4 = sin.fma(broadcast(F, p[at + 4 * row]), x4);
        d = cos.fma(broadcast(F, p[at] * frequency), d);
      }
      x0.intoArray(m, out + e);
      x1.intoArray(m, out + step + e);
      x2.intoArray(m, out + 2 * step + e);
      x3.intoArray(m, out + 3 * step + e);
      x4.intoArray(m, out + 4 * step + e);
      d.intoArray(m, slopeOut + e);
    }
  }

  private static void rows6(float[] m, float[] p, int om, int w, int f, int a, int out, int sites) {
    int row = f + 1;
    int step = sites * W;
    for (int e = 0; e < step; e += W) {
      FloatVector x = fromArray(F, m, a + e);
      FloatVector x0 = x.mul(p[w]);
      FloatVector x1 = x.mul(p[w + row]);
      FloatVector x2 = x.mul(p[w + 2 * row]);
      FloatVector x3 = x.mul(p[w + 3 * row]);
      FloatVector x4 = x.mul(p[w + 4 * row]);
      FloatVector x5 = x.mul(p[w + 5 * row]);
      for (int i = 0; i < f; i++) {
        float frequency = p[om + i];
        FloatVector angle = x.mul(frequency);
        FloatVector turns = turns(angle);
        FloatVector r = reduced(angle, turns);
        FloatVector r2 = r.mul(r);
        IntVector sign = sign(turns);
        FloatVector sin = signed(sinPoly(r, r2), sign);
        int at = w + 1 + i;
        x0 = sin.fma(broadcast(F, p[at]), x0);
        x1 = sin.fma(broadcast(F, p[at + row]), x1);
        x2 = sin.fma(broadcast(F, p[at + 2 * row]), x2);
        x3 = sin.fma(broadcast(F, p[at + 3 * row]), x3);
        x4 = sin.fma(broadcast(F, p[at + 4 * row]), x4);
        x5 = sin.fma(broadcast(F, p[at + 5 * row]), x5);
      }
      x0.intoArray(m, out + e);
      x1.intoArray(m, out + step + e);
      x2.intoArray(m, out + 2 * step + e);
      x3.intoArray(m, out + 3 * step + e);
      x4.intoArray(m, out + 4 * step + e);
      x5.intoArray(m, out + 5 * step + e);
    }
  }

  private static void rows6Slope(
      float[] m, float[] p, int om, int w, int f, int a, int out, int slopeOut, int sites) {
    int row = f + 1;
    int step = sites * W;
    for (int e = 0; e < step; e += W) {
      FloatVector x = fromArray(F, m, a + e);
      FloatVector x0 = x.mul(p[w]);
      FloatVector x1 = x.mul(p[w + row]);
      FloatVector x2 = x.mul(p[w + 2 * row]);
      FloatVector x3 = x.mul(p[w + 3 * row]);
      FloatVector x4 = x.mul(p[w + 4 * row]);
      FloatVector x5 = x.mul(p[w + 5 * row]);
      FloatVector d = broadcast(F, p[w]);
      for (int i = 0; i < f; i++) {
        float frequency = p[om + i];
        FloatVector angle = x.mul(frequency);
        FloatVector turns = turns(angle);
        FloatVector r = reduced(angle, turns);
        FloatVector r2 = r.mul(r);
        IntVector sign = sign(turns);
        FloatVector sin = signed(sinPoly(r, r2), sign);
        FloatVector cos = signed(cosPoly(r2), sign);
        int at = w + 1 + i;
        x0 = sin.fma(broadcast(F, p[at]), x0);
        x1 = sin.fma(broadcast(F, p[at + row]), x1);
        x2 = sin.fma(broadcast(F, p[at + 2 * row]), x2);
        x3 = sin.fma(broadcast(F, p[at + 3 * row]), x3);
        x4 = sin.fma(broadcast(F, p[at + 4 * row]), x4);
        x5 = sin.fma(broadcast(F, p[at + 5 * row]), x5);
        d = cos.fma(broadcast(F, p[at] * frequency), d);
      }
      x0.intoArray(m, out + e);
      x1.intoArray(m, out + step + e);
      x2.intoArray(m, out + 2 * step + e);
      x3.intoArray(m, out + 3 * step + e);
      x4.intoArray(m, out + 4 * step + e);
      x5.intoArray(m, out + 5 * step + e);
      d.intoArray(m, slopeOut + e);
    }
  }
}
