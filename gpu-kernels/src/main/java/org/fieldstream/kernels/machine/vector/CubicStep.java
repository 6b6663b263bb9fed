package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.W;
import static org.fieldstream.kernels.machine.vector.Simd.all;
import static org.fieldstream.kernels.machine.vector.Simd.load;

import jdk.incubator.vector.FloatVector;
import org.fieldstream.kernels.program.Op;
import org.fieldstream.kernels.program.Shape;

/** A step with a cubic force: stencil, polynomial and motion while the element is in registers. */
final class CubicStep implements StripOp {
  private final int[] n;
  private final int[] table;
  private final Shape shape;
  private final Place outV;
  private final Place outA;
  private final Place v;
  private final int a;

  /**
   * Binds.
   *
   * @param a where all of the field starts
   */
  CubicStep(Op op, Place outV, Place outA, Place v, int a) {
    this.n = op.integers();
    this.table = op.table();
    this.shape = op.out().shape();
    this.outV = outV;
    this.outA = outA;
    this.v = v;
    this.a = a;
  }

  @Override
  public void run(float[] m, float[] p, LaneKeys keys, int site, int sites) {
    for (int c = 0; c < shape.channels(); c++) {
      int e = c * shape.sites() + site;
      step(m, p, e, sites, v.of(c, site), outV.of(c, site), outA.of(c, site));
    }
  }

  private void step(float[] m, float[] p, int first, int count, int v, int outV, int outA) {
    FloatVector force = all(p[n[0]]);
    FloatVector linear = all(p[n[1]]);
    FloatVector cubic = all(p[n[2]]);
    FloatVector stencil = all(p[n[3]]);
    FloatVector motion = all(p[n[4]]);
    int taps = n[5];
    int own = a + first * W;
    int start = 4 * first;
    for (int e = 0; e < count; e++) {
      FloatVector x = load(m, own + e * W);
      FloatVector reaction = x.mul(x).fma(cubic, linear).mul(x);
      FloatVector sum = taps == 4 ? four(m, start + 4 * e) : sum(m, (first + e) * taps, taps);
      FloatVector y = sum.fma(stencil, reaction).fma(force, load(m, v + e * W));
      y.intoArray(m, outV + e * W);
      y.fma(motion, x).intoArray(m, outA + e * W);
    }
  }

  /** The nearest neighbours in two dimensions: worth a line without a loop. */
  private FloatVector four(float[] m, int from) {
    FloatVector x = load(m, a + table[from] * W).add(load(m, a + table[from + 2] * W));
    FloatVector y = load(m, a + table[from + 1] * W).add(load(m, a + table[from + 3] * W));
    return x.add(y);
  }

  /** Two chains of adds hide the latency of one. */
  private FloatVector sum(float[] m, int from, int taps) {
    FloatVector x = load(m, a + table[from] * W);
    if (taps == 1) {
      return x;
    }
    FloatVector y = load(m, a + table[from + 1] * W);
    int k = from + 2;
    for (; k + 1 < from + taps; k += 2) {
      x = x.add(load(m, a + table[k] * W));
      y = y.add(load(m, a + table[k + 1] * W));
    }
    if (k < from + taps) {
      x = x.add(load(m, a + table[k] * W));
    }
    return x.add(y);
  }
}
