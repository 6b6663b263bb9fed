package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.W;
import static org.fieldstream.kernels.machine.vector.Simd.all;
import static org.fieldstream.kernels.machine.vector.Simd.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Loops that read and write element by element. Offsets are in floats, counts in elements. Loops
 * named "one" read one vector of b for all.
 */
final class Elementwise {
  private Elementwise() {}

  static void add(float[] m, int out, int a, int b, int n) {
    for (int e = 0; e < n * W; e += W) {
      load(m, a + e).add(load(m, b + e)).intoArray(m, out + e);
    }
  }

  static void sub(float[] m, int out, int a, int b, int n) {
    for (int e = 0; e < n * W; e += W) {
      load(m, a + e).sub(load(m, b + e)).intoArray(m, out + e);
    }
  }

  static void mul(float[] m, int out, int a, int b, int n) {
    for (int e = 0; e < n * W; e += W) {
      load(m, a + e).mul(load(m, b + e)).intoArray(m, out + e);
    }
  }

  static void div(float[] m, int out, int a, int b, int n) {
    for (int e = 0; e < n * W; e += W) {
      load(m, a + e).div(load(m, b + e)).intoArray(m, out + e);
    }
  }

  static void addOne(float[] m, int out, int a, int b, int n) {
    FloatVector y = load(m, b);
    for (int e = 0; e < n * W; e += W) {
      load(m, a + e).add(y).intoArray(m, out + e);
    }
  }

  static void subOne(float[] m, int out, int a, int b, int n) {
    FloatVector y = load(m, b);
    for (int e = 0; e < n * W; e += W) {
      load(m, a + e).sub(y).intoArray(m, out + e);
    }
  }

  static void mulOne(float[] m, int out, int a, int b, int n) {
    FloatVector y = load(m, b);
    for (int e = 0; e < n * W; e += W) {
      load(m, a + e).mul(y).intoArray(m, out + e);
    }
  }

  static void divOne(float[] m, int out, int a, int b, int n) {
    FloatVector y = load(m, b);
    for (int e = 0; e < n * W; e += W) {
      load(m, a + e).div(y).intoArray(m, out + e);
    }
  }

  static void lincomb(float[] m, int out, float alpha, int a, float beta, int b, int n) {
    FloatVector x = all(alpha);
    FloatVector y = all(beta);
    for (int e = 0; e < n * W; e += W) {
      load(m, a + e).fma(x, load(m, b + e).mul(y)).intoArray(m, out + e);
    }
  }

  static void affine(float[] m, int out, float alpha, int a, float beta, int n) {
    FloatVector x = all(alpha);
    FloatVector y = all(beta);
    for (int e = 0; e < n * W; e += W) {
      load(m, a + e).fma(x, y).intoArray(m, out + e);
    }
  }

  static void sin(float[] m, int out, int a, int n) {
    for (int e = 0; e < n * W; e += W) {
      Elementary.sin(load(m, a + e)).intoArray(m, out + e);
    }
  }

  static void cos(float[] m, int out, int a, int n) {
    for (int e = 0; e < n * W; e += W) {
      Elementary.cos(load(m, a + e)).intoArray(m, out + e);
    }
  }

  static void exp(float[] m, int out, int a, int n) {
    for (int e = 0; e < n * W; e += W) {
      Elementary.exp(load(m, a + e)).intoArray(m, out + e);
    }
  }

  static void log(float[] m, int out, int a, int n) {
    for (int e = 0; e < n * W; e += W) {
      Elementary.log(load(m, a + e)).intoArray(m, out + e);
    }
  }

  static void tanh(float[] m, int out, int a, int n) {
    for (int e = 0; e < n * W; e += W) {
      Elementary.tanh(load(m, a + e)).intoArray(m, out + e);
    }
  }

  static void leaky(float[] m, int out, int a, int gate, float slope, int n) {
    FloatVector zero = FloatVector.zero(Simd.F);
    FloatVector factor = all(slope);
    for (int e = 0; e < n * W; e += W) {
      FloatVector x = load(m, a + e);
      VectorMask<Float> positive = load(m, gate + e).compare(VectorOperators.GT, zero);
      x.mul(factor).blend(x, positive).intoArray(m, out + e);
    }
  }

  static void repeat(float[] m, int out, int a, int n) {
    FloatVector x = load(m, a);
    for (int e = 0; e < n * W; e += W) {
      x.intoArray(m, out + e);
    }
  }

  static void fill(float[] m, int out, float x, int n) {
    java.util.Arrays.fill(m, out, out + n * W, x);
  }

  static void paramMul(
      float[] m, int out, int a, float[] p, int first, int[] slot, int from, int n) {
    for (int e = 0; e < n; e++) {
      load(m, a + e * W).mul(p[first + slot[from + e]]).intoArray(m, out + e * W);
    }
  }

  static void paramAdd(
      float[] m, int out, int a, float[] p, int first, int[] slot, int from, int n) {
    for (int e = 0; e < n; e++) {
      load(m, a + e * W).add(p[first + slot[from + e]]).intoArray(m, out + e * W);
    }
  }
}
