package org.fieldstream.kernels.machine.aparapi;

/**
 * Elementary functions of add, multiply and fma alone, so that interpreter, JIT compilers and
 * OpenCL devices agree on the bits. Polynomials: S. Moshier, Cephes Mathematical Library 2.2
 * (single precision). Errors are stated with each function over its whole range, an ulp being that
 * of the exact result, and held by {@code ElementaryErrorTest}; a device whose division is not
 * rounded correctly (OpenCL allows 2.5 ulp) loses as much in tanh.
 */
abstract class ElementaryKernel extends FusedKernel {
  private static final float TWO_OVER_PI = 0.63661977f;

  /** 1.5 2^23: a float plus and minus this is rounded to the nearest integer. */
  private static final float ROUNDER = 12582912f;

  /** pi/2 in two floats; k times the first taken off by one fma is exact. */
  private static final float HALF_PI = 1.5707964f;

  private static final float HALF_PI_REST = -4.371139e-8f;
  private static final float LN2 = 0.6931472f;
  private static final float LN2_REST = -1.9046543e-9f;
  private static final int SMALLEST_POWER = 126;

  /**
   * Parameters, the program's constants, then the powers of two from 2^-126 to 2^127. Aparapi finds
   * array fields by name in the kernel's classes, so they cannot be private to a helper.
   */
  protected float[] params = new float[1];

  /** Where the powers of two start in {@link #params}. */
  protected int powers;

  /** sin(x), |x| at most 8192: absolute error below 1e-7. */
  protected float sine(float x) {
    float k = fma(x, TWO_OVER_PI, ROUNDER) - ROUNDER;
    float r = fma(-k, HALF_PI_REST, fma(-k, HALF_PI, x));
    return quadrant((int) k, r);
  }

  /** cos(x), |x| at most 8192: absolute error below 1e-7. */
  protected float cosine(float x) {
    float k = fma(x, TWO_OVER_PI, ROUNDER) - ROUNDER;
    float r = fma(-k, HALF_PI_REST, fma(-k, HALF_PI, x));
    return quadrant((int) k + 1, r);
  }

  /** sin(2 pi v), 0 <= v <= 1; a quarter turn more for cos. */
  protected float turn(float v, int quarters) {
    float k = fma(4f, v, ROUNDER) - ROUNDER;
    float r = fma(4f, v, -k) * HALF_PI;
    return quadrant((int) k + quarters, r);
  }

  /** sin(q pi/2 + r), |r| at most pi/4. */
  protected float quadrant(int q, float r) {
    float z = r * r;
    float result = r;
    if ((q & 1) == 1) {
      float c = fma(z, 2.443315711809948e-5f, -1.388731625493765e-3f);
      c = fma(z, c, 4.166664568298827e-2f);
      result = fma(z * z, c, fma(-0.5f, z, 1f));
    } else {
      float s = fma(z, -1.9515295891e-4f, 8.3321608736e-3f);
      s = fma(z, s, -1.6666654611e-1f);
      result = fma(z * r, s, r);
    }
    if ((q & 2) == 2) {
      result = -result;
    }
    return result;
  }

  /** exp(x), x clamped to [-87, 88], error below 1.5 ulp; NaN stays. */
  protected float exponential(float x) {
    float y = x;
    if (y < -87f) {
      y = -87f;
    }
    if (y > 88f) {
      y = 88f;
    }
    float k = fma(y, 1.442695f, ROUNDER) - ROUNDER;
    float r = fma(-k, LN2_REST, fma(-k, LN2, y));
    float e = fma(r, 1.9875691500e-4f, 1.3981999507e-3f);
    e = fma(e, r, 8.3334519073e-3f);
    e = fma(e, r, 4.1665795894e-2f);
    e = fma(e, r, 1.6666665459e-1f);
    e = fma(e, r, 5.0000001201e-1f);
    e = fma(e, r * r, r) + 1f;
    // What (int) makes of NaN differs between devices: keep the index inside the table.
    int n = (int) k + SMALLEST_POWER;
    if (n < 0) {
      n = 0;
    }
    if (n > 253) {
      n = 253;
    }
    // As a bare product it could be contracted with a sum of the caller's.
    return fma(e, params[powers + n], 0f);
  }

  /** log(x), x positive and normal, error below 1 ulp; -infinity at 0, NaN below. */
  protected float logarithm(float x) {
    float m = x;
    float e = 0f;
    // The exponent by bisection, since there is no way to a float's bits here; all steps exact.
    if (m >= 0x1p64f) {
      m = m * 0x1p-64f;
      e = e + 64f;
    } else if (m < 0x1p-64f) {
      m = m * 0x1p64f;
      e = e - 64f;
    }
    if (m >= 0x1p32f) {
      m = m * 0x1p-32f;
      e = e + 32f;
    } else if (m < 0x1p-32f) {
      m = m * 0x1p32f;
      e = e - 32f;
    }
    if (m >= 0x1p16f) {
      m = m * 0x1p-16f;
      e = e + 16f;
    } else if (m < 0x1p-16f) {
      m = m * 0x1p16f;
      e = e - 16f;
    }
    if (m >= 256f) {
      m = m * 0.00390625f;
      e = e + 8f;
    } else if (m < 0.00390625f) {
      m = m * 256f;
      e = e - 8f;
    }
    if (m >= 16f) {
      m = m * 0.0625f;
      e = e + 4f;
    } else if (m < 0.0625f) {
      m = m * 16f;
      e = e - 4f;
    }
    if (m >= 4f) {
      m = m * 0.25f;
      e = e + 2f;
    } else if (m < 0.25f) {
      m = m * 4f;
      e = e - 2f;
    }
    if (m >= 1.4142135f) {
      m = m * 0.5f;
      e = e + 1f;
    } else if (m < 0.70710677f) {
      m = m * 2f;
      e = e - 1f;
    }
    if (m >= 1.4142135f) {
      m = m * 0.5f;
      e = e + 1f;
    } else if (m < 0.70710677f) {
      m = m * 2f;
      e = e - 1f;
    }
    float f = m - 1f;
    float z = f * f;
    float y = fma(f, 7.0376836292e-2f, -1.1514610310e-1f);
    y = fma(y, f, 1.1676998740e-1f);
    y = fma(y, f, -1.2420140846e-1f);
    y = fma(y, f, 1.4249322787e-1f);
    y = fma(y, f, -1.6668057665e-1f);
    y = fma(y, f, 2.0000714765e-1f);
    y = fma(y, f, -2.4999993993e-1f);
    y = fma(y, f, 3.3333331174e-1f);
    y = fma(y, f * z, fma(-0.5f, z, e * LN2_REST));
    float result = fma(e, LN2, f + y);
    if (x == 0f) {
      result = Float.NEGATIVE_INFINITY;
    }
    if (x < 0f) {
      result = Float.NaN;
    }
    return result;
  }

  /** tanh(x): error below 1.5 ulp. */
  protected float hyperbolicTangent(float x) {
    float size = x;
    if (x < 0f) {
      size = -x;
    }
    float result = x;
    if (size > 9f) {
      result = 1f;
    } else if (size >= 0.625f) {
      result = 1f - 2f / (exponential(2f * size) + 1f);
    } else {
      float z = x * x;
      float t = fma(z, -5.70498872745e-3f, 2.06390887954e-2f);
      t = fma(t, z, -5.37397155531e-2f);
      t = fma(t, z, 1.33314422036e-1f);
      t = fma(t, z, -3.33332819422e-1f);
      result = fma(t, z * size, size);
    }
    if (x < 0f) {
      result = -result;
    }
    return result;
  }

  /** High word of the unsigned product of two 32-bit numbers, by halves: no signed overflow. */
  protected long high(long a, long b) {
    long low = a * (b & 65535L);
    return (a * (b >> 16) + (low >> 16)) >> 16;
  }

  /** Low word of the unsigned product of two 32-bit numbers. */
  protected long low(long a, long b) {
    long upper = (a * (b >> 16)) & 65535L;
    return ((upper << 16) + a * (b & 65535L)) & 4294967295L;
  }

  /** A uniform in (0, 1) from a word: 23 bits and a half, which a float holds exactly. */
  protected float uniform(long word) {
    return fma((float) (int) (word >> 9), 0x1p-23f, 0x1p-24f);
  }
}
