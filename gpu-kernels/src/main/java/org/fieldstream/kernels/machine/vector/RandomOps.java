package org.fieldstream.kernels.machine.vector;

import static jdk.incubator.vector.FloatVector.broadcast;
import static org.fieldstream.kernels.machine.vector.Elementary.COS10;
import static org.fieldstream.kernels.machine.vector.Elementary.COS2;
import static org.fieldstream.kernels.machine.vector.Elementary.COS4;
import static org.fieldstream.kernels.machine.vector.Elementary.COS6;
import static org.fieldstream.kernels.machine.vector.Elementary.COS8;
import static org.fieldstream.kernels.machine.vector.Elementary.INV_PI;
import static org.fieldstream.kernels.machine.vector.Elementary.LN2_HIGH;
import static org.fieldstream.kernels.machine.vector.Elementary.LN2_LOW;
import static org.fieldstream.kernels.machine.vector.Elementary.LOG_P0;
import static org.fieldstream.kernels.machine.vector.Elementary.LOG_P1;
import static org.fieldstream.kernels.machine.vector.Elementary.LOG_P2;
import static org.fieldstream.kernels.machine.vector.Elementary.LOG_P3;
import static org.fieldstream.kernels.machine.vector.Elementary.LOG_P4;
import static org.fieldstream.kernels.machine.vector.Elementary.LOG_P5;
import static org.fieldstream.kernels.machine.vector.Elementary.LOG_P6;
import static org.fieldstream.kernels.machine.vector.Elementary.LOG_P7;
import static org.fieldstream.kernels.machine.vector.Elementary.LOG_P8;
import static org.fieldstream.kernels.machine.vector.Elementary.MAGIC;
import static org.fieldstream.kernels.machine.vector.Elementary.PI_HIGH;
import static org.fieldstream.kernels.machine.vector.Elementary.PI_LOW;
import static org.fieldstream.kernels.machine.vector.Elementary.SIN3;
import static org.fieldstream.kernels.machine.vector.Elementary.SIN5;
import static org.fieldstream.kernels.machine.vector.Elementary.SIN7;
import static org.fieldstream.kernels.machine.vector.Elementary.SIN9;
import static org.fieldstream.kernels.machine.vector.Elementary.SQRT_HALF;
import static org.fieldstream.kernels.machine.vector.Simd.F;
import static org.fieldstream.kernels.machine.vector.Simd.W;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.fieldstream.kernels.random.Philox;

/** Philox4x32-10 in every lane at once, and the normals made of it (G. Box and M. Muller, 1958). */
final class RandomOps {
  private RandomOps() {}

  /**
   * Normals.
   *
   * @param out where the first one goes
   * @param first its number, a multiple of four
   * @param n how many
   */
  static void normal(float[] m, int out, int first, int n, int draw, LaneKeys keys) {
    for (int block = 0; 4 * block < n; block++) {
      philox(first / 4 + block, draw, keys);
      int at = out + 4 * block * W;
      int left = n - 4 * block;
      pair(keys.words, 0, m, at, left > 1);
      if (left > 2) {
        pair(keys.words, 2 * W, m, at + 2 * W, left > 3);
      }
    }
  }

  /**
   * sqrt(-2 log u) cos(2 pi v), and sqrt(-2 log u) sin(2 pi v) if wanted. {@link Elementary}'s
   * functions written out: a call with a vector is one that the compiler may leave out of line,
   * where it has much to do, and then each vector is put on the heap. u is positive, so the
   * logarithm needs no look at its domain.
   */
  private static void pair(int[] words, int from, float[] m, int out, boolean both) {
    IntVector first = IntVector.fromArray(Simd.I, words, from).lanewise(VectorOperators.LSHR, 9);
    IntVector u =
        ((FloatVector) first.convert(VectorOperators.I2F, 0))
            .fma(broadcast(F, 0x1p-23f), broadcast(F, 0x1p-24f))
            .reinterpretAsInts();
    IntVector e = u.sub(SQRT_HALF).lanewise(VectorOperators.ASHR, 23);
    FloatVector f = u.sub(e.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats().sub(1f);
    FloatVector exponent = (FloatVector) e.convert(VectorOperators.I2F, 0);
    FloatVector f2 = f.mul(f);
    FloatVector log =
        f.fma(broadcast(F, LOG_P8), broadcast(F, LOG_P7))
            .fma(f, broadcast(F, LOG_P6))
            .fma(f, broadcast(F, LOG_P5))
            .fma(f, broadcast(F, LOG_P4))
            .fma(f, broadcast(F, LOG_P3))
            .fma(f, broadcast(F, LOG_P2))
            .fma(f, broadcast(F, LOG_P1))
            .fma(f, broadcast(F, LOG_P0))
            .mul(f)
            .mul(f2);
    log = f2.fma(broadcast(F, -0.5f), exponent.fma(broadcast(F, LN2_LOW), log));
    log = exponent.fma(broadcast(F, LN2_HIGH), f.add(log));
    FloatVector radius = log.mul(-2f).sqrt();
    IntVector bits = IntVector.fromArray(Simd.I, words, from + W).lanewise(VectorOperators.LSHR, 9);
    FloatVector angle =
        ((FloatVector) bits.convert(VectorOperators.I2F, 0))
            .fma(broadcast(F, 0x1p-23f), broadcast(F, 0x1p-24f))
            .mul((float) (2 * Math.PI));
    FloatVector turns = angle.fma(broadcast(F, INV_PI), broadcast(F, MAGIC));
    FloatVector k = turns.sub(broadcast(F, MAGIC));
    FloatVector x = k.fma(broadcast(F, -PI_LOW), k.fma(broadcast(F, -PI_HIGH), angle));
    FloatVector x2 = x.mul(x);
    FloatVector cos =
        x2.fma(broadcast(F, COS10), broadcast(F, COS8))
            .fma(x2, broadcast(F, COS6))
            .fma(x2, broadcast(F, COS4))
            .fma(x2, broadcast(F, COS2))
            .fma(x2, broadcast(F, 1f));
    IntVector sign = turns.reinterpretAsInts().lanewise(VectorOperators.LSHL, 31);
    IntVector signedCos = cos.reinterpretAsInts().lanewise(VectorOperators.XOR, sign);
    radius.mul(signedCos.reinterpretAsFloats()).intoArray(m, out);
    if (both) {
      FloatVector sin =
          x2.fma(broadcast(F, SIN9), broadcast(F, SIN7))
              .fma(x2, broadcast(F, SIN5))
              .fma(x2, broadcast(F, SIN3))
              .mul(x2)
              .fma(x, x);
      IntVector signedSin = sin.reinterpretAsInts().lanewise(VectorOperators.XOR, sign);
      radius.mul(signedSin.reinterpretAsFloats()).intoArray(m, out + W);
    }
  }

  /** Uniforms; parameters as of {@link #normal}. */
  static void uniform(float[] m, int out, int first, int n, int draw, LaneKeys keys) {
    for (int block = 0; 4 * block < n; block++) {
      philox(first / 4 + block, draw, keys);
      for (int i = 0; i < 4 && 4 * block + i < n; i++) {
        uniform(keys.words, i * W).intoArray(m, out + (4 * block + i) * W);
      }
    }
  }

  private static FloatVector uniform(int[] words, int from) {
    IntVector bits = IntVector.fromArray(Simd.I, words, from).lanewise(VectorOperators.LSHR, 9);
    FloatVector x = (FloatVector) bits.convert(VectorOperators.I2F, 0);
    return x.fma(broadcast(F, 0x1p-23f), broadcast(F, 0x1p-24f));
  }

  /**
   * A block into {@code keys.words}. The high words of the unsigned products are made of 16-bit
   * halves.
   */
  private static void philox(int block, int draw, LaneKeys keys) {
    IntVector half = IntVector.broadcast(Simd.I, 0xFFFF);
    IntVector m0 = IntVector.broadcast(Simd.I, Philox.M0);
    IntVector m0Low = IntVector.broadcast(Simd.I, Philox.M0 & 0xFFFF);
    IntVector m0High = IntVector.broadcast(Simd.I, Philox.M0 >>> 16);
    IntVector m1 = IntVector.broadcast(Simd.I, Philox.M1);
    IntVector m1Low = IntVector.broadcast(Simd.I, Philox.M1 & 0xFFFF);
    IntVector m1High = IntVector.broadcast(Simd.I, Philox.M1 >>> 16);
    IntVector c0 = IntVector.broadcast(Simd.I, block);
    IntVector c1 = IntVector.broadcast(Simd.I, draw);
    IntVector c2 = IntVector.fromArray(Simd.I, keys.indexLow, 0);
    IntVector c3 = IntVector.fromArray(Simd.I, keys.indexHigh, 0);
    IntVector k0 = IntVector.fromArray(Simd.I, keys.seedLow, 0);
    IntVector k1 = IntVector.fromArray(Simd.I, keys.seedHigh, 0);
    for (int round = 0; round < 10; round++) {
      IntVector low0 = c0.and(half);
      IntVector high0 = c0.lanewise(VectorOperators.LSHR, 16);
      IntVector t0 = high0.mul(m0Low).add(low0.mul(m0Low).lanewise(VectorOperators.LSHR, 16));
      IntVector u0 = low0.mul(m0High).add(t0.and(half)).lanewise(VectorOperators.LSHR, 16);
      IntVector h0 = high0.mul(m0High).add(t0.lanewise(VectorOperators.LSHR, 16)).add(u0);
      IntVector low1 = c2.and(half);
      IntVector high1 = c2.lanewise(VectorOperators.LSHR, 16);
      IntVector t1 = high1.mul(m1Low).add(low1.mul(m1Low).lanewise(VectorOperators.LSHR, 16));
      IntVector u1 = low1.mul(m1High).add(t1.and(half)).lanewise(VectorOperators.LSHR, 16);
      IntVector h1 = high1.mul(m1High).add(t1.lanewise(VectorOperators.LSHR, 16)).add(u1);
      IntVector l0 = c0.mul(m0);
      IntVector l1 = c2.mul(m1);
      c0 = h1.lanewise(VectorOperators.XOR, c1).lanewise(VectorOperators.XOR, k0);
      c1 = l1;
      c2 = h0.lanewise(VectorOperators.XOR, c3).lanewise(VectorOperators.XOR, k1);
      c3 = l0;
      k0 = k0.add(Philox.W0);
      k1 = k1.add(Philox.W1);
    }
    c0.intoArray(keys.words, 0);
    c1.intoArray(keys.words, W);
    c2.intoArray(keys.words, 2 * W);
    c3.intoArray(keys.words, 3 * W);
  }
}
