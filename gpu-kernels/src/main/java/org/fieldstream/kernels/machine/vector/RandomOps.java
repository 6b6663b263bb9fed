package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.W;
import static org.fieldstream.kernels.machine.vector.Simd.all;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.fieldstream.kernels.random.Philox;

/** Philox4x32-10 in every lane at once, and the normals made of it (G. Box and M. Muller, 1958). */
final class RandomOps {
  private RandomOps() {}

  static void normal(float[] m, int out, int n, int draw, LaneKeys keys) {
    int[] words = keys.words;
    for (int block = 0; 4 * block < n; block++) {
      philox(block, draw, keys, words);
      int at = out + 4 * block * W;
      int left = n - 4 * block;
      pair(m, at, left, words, 0);
      if (left > 2) {
        pair(m, at + 2 * W, left - 2, words, 2 * W);
      }
    }
  }

  private static void pair(float[] m, int out, int left, int[] words, int from) {
    FloatVector u = uniform(words, from);
    FloatVector v = uniform(words, from + W);
    FloatVector r = Elementary.log(u).mul(-2f).sqrt();
    FloatVector angle = v.mul((float) (2 * Math.PI));
    r.mul(Elementary.cos(angle)).intoArray(m, out);
    if (left > 1) {
      r.mul(Elementary.sin(angle)).intoArray(m, out + W);
    }
  }

  static void uniform(float[] m, int out, int n, int draw, LaneKeys keys) {
    int[] words = keys.words;
    for (int block = 0; 4 * block < n; block++) {
      philox(block, draw, keys, words);
      for (int i = 0; i < 4 && 4 * block + i < n; i++) {
        uniform(words, i * W).intoArray(m, out + (4 * block + i) * W);
      }
    }
  }

  private static FloatVector uniform(int[] words, int from) {
    IntVector bits = IntVector.fromArray(Simd.I, words, from).lanewise(VectorOperators.LSHR, 9);
    FloatVector x = (FloatVector) bits.convert(VectorOperators.I2F, 0);
    return x.fma(all(0x1p-23f), all(0x1p-24f));
  }

  private static void philox(int block, int draw, LaneKeys keys, int[] out) {
    IntVector c0 = IntVector.broadcast(Simd.I, block);
    IntVector c1 = IntVector.broadcast(Simd.I, draw);
    IntVector c2 = IntVector.fromArray(Simd.I, keys.indexLow, 0);
    IntVector c3 = IntVector.fromArray(Simd.I, keys.indexHigh, 0);
    IntVector k0 = IntVector.fromArray(Simd.I, keys.seedLow, 0);
    IntVector k1 = IntVector.fromArray(Simd.I, keys.seedHigh, 0);
    for (int round = 0; round < 10; round++) {
      IntVector h0 = high(c0, Philox.M0);
      IntVector h1 = high(c2, Philox.M1);
      IntVector l0 = c0.mul(Philox.M0);
      IntVector l1 = c2.mul(Philox.M1);
      c0 = h1.lanewise(VectorOperators.XOR, c1).lanewise(VectorOperators.XOR, k0);
      c1 = l1;
      c2 = h0.lanewise(VectorOperators.XOR, c3).lanewise(VectorOperators.XOR, k1);
      c3 = l0;
      k0 = k0.add(Philox.W0);
      k1 = k1.add(Philox.W1);
    }
    c0.intoArray(out, 0);
    c1.intoArray(out, W);
    c2.intoArray(out, 2 * W);
    c3.intoArray(out, 3 * W);
  }

  /** High word of the unsigned product, from 16-bit halves. */
  private static IntVector high(IntVector a, int b) {
    int bl = b & 0xFFFF;
    int bh = b >>> 16;
    IntVector al = a.lanewise(VectorOperators.AND, 0xFFFF);
    IntVector ah = a.lanewise(VectorOperators.LSHR, 16);
    IntVector t1 = ah.mul(bl).add(al.mul(bl).lanewise(VectorOperators.LSHR, 16));
    IntVector t2 = al.mul(bh).add(t1.lanewise(VectorOperators.AND, 0xFFFF));
    return ah.mul(bh)
        .add(t1.lanewise(VectorOperators.LSHR, 16))
        .add(t2.lanewise(VectorOperators.LSHR, 16));
  }
}
