package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.W;
import static org.fieldstream.kernels.machine.vector.Simd.load;

import jdk.incubator.vector.FloatVector;
import org.fieldstream.kernels.program.Op;

/** Gradient of a stencil convolution by its weights and biases. */
final class ConvolutionGradient {
  private ConvolutionGradient() {}

  static void run(float[] m, Op op, int out, int a, int g) {
    int[] n = op.integers();
    int[] table = op.table();
    int taps = n[2];
    int inChannels = op.in(0).shape().channels();
    int outChannels = op.in(1).shape().channels();
    int sites = op.in(0).shape().sites();
    java.util.Arrays.fill(m, out, out + op.out().shape().size() * W, 0f);
    for (int co = 0; co < outChannels; co++) {
      int from = g + co * sites * W;
      int bias = out + (outChannels * inChannels * n[3] + co) * W;
      FloatVector sum = FloatVector.zero(Simd.F);
      for (int s = 0; s < sites; s++) {
        sum = sum.add(load(m, from + s * W));
      }
      sum.intoArray(m, bias);
      for (int ci = 0; ci < inChannels; ci++) {
        for (int k = 0; k < taps; k++) {
          int to = out + ((co * inChannels + ci) * n[3] + table[sites * taps + k]) * W;
          load(m, to).add(tap(m, from, a + ci * sites * W, table, k, taps, sites)).intoArray(m, to);
        }
      }
    }
  }

  private static FloatVector tap(float[] m, int g, int a, int[] table, int k, int taps, int sites) {
    FloatVector x = FloatVector.zero(Simd.F);
    for (int s = 0; s < sites; s++) {
      x = load(m, g + s * W).fma(load(m, a + table[s * taps + k] * W), x);
    }
    return x;
  }
}
