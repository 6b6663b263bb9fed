package org.fieldstream.server.generator.flow;

import java.util.List;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.lattice.Stencil;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;

/**
 * The network of a coupling layer: convolutions with periodic borders, leaky rectifiers between
 * them, tanh at the end. {@code out[co][x] = bias[co] + sum_ci sum_k weight[co][ci][k] in[ci][x + k
 * - r]} with kernel positions k in C order and r = (kernel - 1) / 2, PyTorch's cross-correlation.
 */
final class CouplingNet {
  /** Slope of the rectifiers below 0. */
  static final double SLOPE = 0.01;

  private static final int[] EVERYWHERE = {};

  private final Stencil stencil;
  private final Checkerboard halves;

  CouplingNet(Lattice lattice, Checkerboard halves, int kernel) {
    this.stencil = Stencil.of(lattice, offsets(lattice.dimensions(), kernel));
    this.halves = halves;
  }

  /** A convolution's parameters: weights {@code [co][ci][k]} and biases. */
  record Layer(int channels, Parameter weights, Parameter bias) {}

  private static int[][] offsets(int dimensions, int kernel) {
    int taps = 1;
    for (int axis = 0; axis < dimensions; axis++) {
      taps = Math.multiplyExact(taps, kernel);
    }
    int[][] offsets = new int[taps][dimensions];
    for (int k = 0; k < taps; k++) {
      int rest = k;
      for (int axis = dimensions - 1; axis >= 0; axis--) {
        offsets[k][axis] = rest % kernel - kernel / 2;
        rest /= kernel;
      }
    }
    return offsets;
  }

  /** Kernel positions. */
  int taps() {
    return stencil.taps();
  }

  /**
   * Adds the network to a program.
   *
   * @param frozen the field of the colour that is not updated
   * @param active the colour that is
   * @return s and t at the active sites, {@code [2][sites of the colour]}
   */
  Value run(ProgramBuilder b, Value frozen, int active, List<Layer> layers) {
    Value x = halves.alone(b, frozen, 1 - active);
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      if (i > 0) {
        x = b.leaky(SLOPE, x);
      }
      int[] at = i + 1 < layers.size() ? EVERYWHERE : halves.sites(active);
      x = b.convolve(x, stencil, layer.channels(), layer.weights(), layer.bias(), at);
    }
    return b.tanh(x);
  }
}
