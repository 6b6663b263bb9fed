package org.fieldstream.kernels.machine.vector;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.zero;
import static org.fieldstream.kernels.machine.vector.Simd.F;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Elementary functions over add, mul and fma, which are exact in the interpreter and in compiled
 * code alike; the Vector API's own give other bits before and after compilation.
 *
 * <p>Sine and cosine: reduction by pi in two parts, minimax polynomials of degree 9 and 10 on
 * [-pi/2, pi/2]. Exponential, logarithm and tanh: the single-precision polynomials of S. L.
 * Moshier's Cephes library. Errors are stated with each function over its whole range, an ulp being
 * that of the exact result, and held by {@code ElementaryErrorTest}.
 */
final class Elementary {
  /**
   * 1.5 * 2^23: adding it rounds to an integer and leaves that integer in the low mantissa bits.
   */
  static final float MAGIC = 12582912f;

  static final float INV_PI = 0.318309886f;
  static final float PI_HIGH = 3.14159274f;
  static final float PI_LOW = -8.74227766e-8f;

  static final float SIN9 = 2.60887528e-6f;
  static final float SIN7 = -1.98110890e-4f;
  static final float SIN5 = 8.33308788e-3f;
  static final float SIN3 = -1.66666605e-1f;
  static final float COS10 = -2.60765269e-7f;
  static final float COS8 = 2.47618549e-5f;
  static final float COS6 = -1.38884029e-3f;
  static final float COS4 = 4.16666407e-2f;
  static final float COS2 = -4.99999995e-1f;

  /** The bits of sqrt(1/2). */
  static final int SQRT_HALF = 0x3F3504F3;

  static final float LN2_HIGH = 0.693359375f;
  static final float LN2_LOW = -2.12194440e-4f;

  // The polynomial of the logarithm, highest power first.
  static final float LOG_P8 = 7.0376836292e-2f;
  static final float LOG_P7 = -1.1514610310e-1f;
  static final float LOG_P6 = 1.1676998740e-1f;
  static final float LOG_P5 = -1.2420140846e-1f;
  static final float LOG_P4 = 1.4249322787e-1f;
  static final float LOG_P3 = -1.6668057665e-1f;
  static final float LOG_P2 = 2.0000714765e-1f;
  static final float LOG_P1 = -2.4999993993e-1f;
  static final float LOG_P0 = 3.3333331174e-1f;

  private Elementary() {}

  /** x/pi rounded to an integer k, plus MAGIC: the low bit of its mantissa is the parity of k. */
  static FloatVector turns(FloatVector x) {
    return x.fma(broadcast(F, INV_PI), broadcast(F, MAGIC));
  }

  /** x - k pi, in [-pi/2, pi/2]. */
  static FloatVector reduced(FloatVector x, FloatVector turns) {
    FloatVector k = turns.sub(broadcast(F, MAGIC));
    return k.fma(broadcast(F, -PI_LOW), k.fma(broadcast(F, -PI_HIGH), x));
  }

  /** (-1)^k as a sign bit. */
  static IntVector sign(FloatVector turns) {
    return turns.reinterpretAsInts().lanewise(VectorOperators.LSHL, 31);
  }

  static FloatVector signed(FloatVector x, IntVector sign) {
    return x.reinterpretAsInts().lanewise(VectorOperators.XOR, sign).reinterpretAsFloats();
  }

  /** sin(r) for |r| at most pi/2, given r and r^2. */
  static FloatVector sinPoly(FloatVector r, FloatVector r2) {
    FloatVector q =
        r2.fma(broadcast(F, SIN9), broadcast(F, SIN7))
            .fma(r2, broadcast(F, SIN5))
            .fma(r2, broadcast(F, SIN3));
    return q.mul(r2).fma(r, r);
  }

  /** cos(r) for |r| at most pi/2, given r^2. */
  static FloatVector cosPoly(FloatVector r2) {
    return r2.fma(broadcast(F, COS10), broadcast(F, COS8))
        .fma(r2, broadcast(F, COS6))
        .fma(r2, broadcast(F, COS4))
        .fma(r2, broadcast(F, COS2))
        .fma(r2, broadcast(F, 1f));
  }

  /** sin(x), |x| at most 8192: absolute error below 1.5e-7. */
  static FloatVector sin(FloatVector x) {
    FloatVector turns = turns(x);
    FloatVector r = reduced(x, turns);
    return signed(sinPoly(r, r.mul(r)), sign(turns));
  }

  /** cos(x), |x| at most 8192: absolute error below 1.5e-7. */
  static FloatVector cos(FloatVector x) {
    FloatVector turns = turns(x);
    FloatVector r = reduced(x, turns);
    return signed(cosPoly(r.mul(r)), sign(turns));
  }

  /** exp(x), x clamped to [-87, 88]: error below 1.5 ulp. */
  static FloatVector exp(FloatVector x) {
    FloatVector c = x.max(broadcast(F, -87f)).min(broadcast(F, 88f));
    FloatVector n = c.fma(broadcast(F, 1.44269504f), broadcast(F, MAGIC));
    FloatVector k = n.sub(broadcast(F, MAGIC));
    FloatVector r = k.fma(broadcast(F, -LN2_LOW), k.fma(broadcast(F, -LN2_HIGH), c));
    FloatVector y =
        r.fma(broadcast(F, 1.9875691500e-4f), broadcast(F, 1.3981999507e-3f))
            .fma(r, broadcast(F, 8.3334519073e-3f))
            .fma(r, broadcast(F, 4.1665795894e-2f))
            .fma(r, broadcast(F, 1.6666665459e-1f))
            .fma(r, broadcast(F, 5.0000001201e-1f))
            .fma(r.mul(r), r.add(1f));
    IntVector scale = n.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).add(127 << 23);
    return y.mul(scale.reinterpretAsFloats());
  }

  /** log(x), x positive and normal: error below 1 ulp. */
  static FloatVector log(FloatVector x) {
    IntVector bits = x.reinterpretAsInts();
    // Subtracting the bits of sqrt(1/2) leaves the exponent of x / m with m in [sqrt(1/2),
    // sqrt(2)).
    IntVector e = bits.sub(SQRT_HALF).lanewise(VectorOperators.ASHR, 23);
    FloatVector m = bits.sub(e.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats();
    FloatVector k = (FloatVector) e.convert(VectorOperators.I2F, 0);
    FloatVector f = m.sub(1f);
    FloatVector z = f.mul(f);
    FloatVector y =
        f.fma(broadcast(F, LOG_P8), broadcast(F, LOG_P7))
            .fma(f, broadcast(F, LOG_P6))
            .fma(f, broadcast(F, LOG_P5))
            .fma(f, broadcast(F, LOG_P4))
            .fma(f, broadcast(F, LOG_P3))
            .fma(f, broadcast(F, LOG_P2))
            .fma(f, broadcast(F, LOG_P1))
            .fma(f, broadcast(F, LOG_P0))
            .mul(f)
            .mul(z);
    y = k.fma(broadcast(F, LN2_LOW), y);
    y = z.fma(broadcast(F, -0.5f), y);
    FloatVector r = k.fma(broadcast(F, LN2_HIGH), f.add(y));
    // A polynomial knows no domain: negative arguments and NaN give NaN, as log must.
    VectorMask<Float> inside = x.compare(VectorOperators.GT, zero(F));
    return broadcast(F, Float.NaN).blend(r, inside);
  }

  /** tanh(x): error below 1.5 ulp. */
  static FloatVector tanh(FloatVector x) {
    FloatVector a = x.abs();
    FloatVector large = broadcast(F, 1f).sub(broadcast(F, 2f).div(exp(a.add(a)).add(1f)));
    FloatVector z = x.mul(x);
    FloatVector small =
        z.fma(broadcast(F, -5.70498872745e-3f), broadcast(F, 2.06390887954e-2f))
            .fma(z, broadcast(F, -5.37397155531e-2f))
            .fma(z, broadcast(F, 1.33314422036e-1f))
            .fma(z, broadcast(F, -3.33332819422e-1f))
            .mul(z)
            .fma(x, x);
    IntVector sign = x.reinterpretAsInts().lanewise(VectorOperators.AND, 0x80000000);
    FloatVector signed =
        large.reinterpretAsInts().lanewise(VectorOperators.XOR, sign).reinterpretAsFloats();
    return signed.blend(small, a.compare(VectorOperators.LT, broadcast(F, 0.625f)));
  }
}
