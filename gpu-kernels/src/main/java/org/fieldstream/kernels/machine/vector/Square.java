package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.F;
import static org.fieldstream.kernels.machine.vector.Simd.W;
import static org.fieldstream.kernels.machine.vector.Simd.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Transposes a square of W x W floats in log2(W) stages: the stage of distance d swaps the
 * off-diagonal d x d blocks of each 2d x 2d block (J. Eklundh, "A fast computer method for matrix
 * transposing", 1972).
 */
final class Square {
  private static final boolean FITS = W >= 4 && W <= 16;
  private static final VectorShuffle<Float> BY1 = by(1);
  private static final VectorShuffle<Float> BY2 = by(2);
  private static final VectorShuffle<Float> BY4 = by(4);
  private static final VectorShuffle<Float> BY8 = by(8);
  private static final VectorMask<Float> UPPER1 = upper(1);
  private static final VectorMask<Float> UPPER2 = upper(2);
  private static final VectorMask<Float> UPPER4 = upper(4);
  private static final VectorMask<Float> UPPER8 = upper(8);

  private Square() {}

  /** Lane i to lane i xor d. */
  private static VectorShuffle<Float> by(int d) {
    return VectorShuffle.fromOp(F, i -> d < W ? i ^ d : i);
  }

  /** Lanes with bit d set. */
  private static VectorMask<Float> upper(int d) {
    boolean[] set = new boolean[W];
    for (int i = 0; i < W; i++) {
      set[i] = (i & d) != 0;
    }
    return VectorMask.fromArray(F, set, 0);
  }

  /** The elements of whole squares among a number of elements; 0 for vectors that make none. */
  static int floor(int size) {
    return FITS ? size / W * W : 0;
  }

  /**
   * {@code to[t + i ts + j] = from[f + j fs + i]} for i, j below W.
   *
   * @param spare W x W floats, overwritten
   */
  static void transpose(float[] from, int f, int fs, float[] to, int t, int ts, float[] spare) {
    if (W == 16) {
      stage(from, f, fs, spare, 0, W, 8, BY8, UPPER8);
      stage(spare, 0, W, spare, 0, W, 4, BY4, UPPER4);
      stage(spare, 0, W, spare, 0, W, 2, BY2, UPPER2);
    } else if (W == 8) {
      stage(from, f, fs, spare, 0, W, 4, BY4, UPPER4);
      stage(spare, 0, W, spare, 0, W, 2, BY2, UPPER2);
    } else {
      stage(from, f, fs, spare, 0, W, 2, BY2, UPPER2);
    }
    stage(spare, 0, W, to, t, ts, 1, BY1, UPPER1);
  }

  private static void stage(
      float[] from,
      int f,
      int fs,
      float[] to,
      int t,
      int ts,
      int d,
      VectorShuffle<Float> by,
      VectorMask<Float> upper) {
    for (int k = 0; k < W / 2; k++) {
      // The k-th row without bit d.
      int i = (k / d) * 2 * d + k % d;
      FloatVector x = load(from, f + i * fs);
      FloatVector y = load(from, f + (i + d) * fs);
      x.blend(y.rearrange(by), upper).intoArray(to, t + i * ts);
      x.rearrange(by).blend(y, upper).intoArray(to, t + (i + d) * ts);
    }
  }
}
