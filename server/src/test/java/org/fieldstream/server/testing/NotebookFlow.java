package org.fieldstream.server.testing;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * The flow of the notebook of arXiv 2101.08176 for an L0 x L1 lattice, written down line by line
 * from its Python in double, as an oracle that shares nothing with the program: {@code
 * make_checker_mask}, {@code make_conv_net} and {@code AffineCoupling.forward}.
 */
public final class NotebookFlow {
  private static final double NEGATIVE_SLOPE = 0.01;

  private final int[] extents;
  private final int layers;
  private final int[] channels;
  private final int kernel;

  /** Tensors by name, {@code [out][in][kernel][kernel]} or {@code [out]}, flat. */
  private final Map<String, double[]> state;

  /**
   * A flow.
   *
   * @param channels 1, hidden channels, 2
   */
  public NotebookFlow(
      int[] extents, int layers, int[] channels, int kernel, Map<String, double[]> state) {
    this.extents = extents.clone();
    this.layers = layers;
    this.channels = channels.clone();
    this.kernel = kernel;
    this.state = state;
  }

  /** A field and log q. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Draw(double[] phi, double logQ) {}

  /** Random weights that fill tanh's range, rounded to float, by the names of the state dict. */
  public static Map<String, double[]> weights(int layers, int[] channels, int kernel, long seed) {
    Random random = new Random(seed);
    Map<String, double[]> state = new LinkedHashMap<>();
    for (int layer = 0; layer < layers; layer++) {
      for (int i = 0; i + 1 < channels.length; i++) {
        String name = layer + ".net." + 2 * i;
        int fanIn = channels[i] * kernel * kernel;
        double[] weight = new double[channels[i + 1] * fanIn];
        for (int k = 0; k < weight.length; k++) {
          weight[k] = (float) (random.nextGaussian() / Math.sqrt(fanIn));
        }
        double[] bias = new double[channels[i + 1]];
        for (int k = 0; k < bias.length; k++) {
          bias[k] = (float) (0.3 * random.nextGaussian());
        }
        state.put(name + ".weight", weight);
        state.put(name + ".bias", bias);
      }
    }
    return state;
  }

  /**
   * {@code checker = ones - parity; checker[::2, ::2] = parity; checker[1::2, 1::2] = parity}: 1
   * where frozen.
   */
  private int mask(int x, int y, int parity) {
    return x % 2 == y % 2 ? parity : 1 - parity;
  }

  /** {@code apply_flow_to_prior}: z is drawn from {@code SimpleNormal(0, 1)}. */
  public Draw forward(double[] z) {
    double[] x = z.clone();
    double logQ = 0;
    for (double v : z) {
      logQ += -0.5 * v * v - 0.5 * Math.log(2 * Math.PI);
    }
    for (int layer = 0; layer < layers; layer++) {
      logQ -= couple(x, layer);
    }
    return new Draw(x, logQ);
  }

  /** {@code fx = (1 - mask) * t + x_active * exp(s) + x_frozen}; returns log J. */
  private double couple(double[] x, int layer) {
    int width = extents[1];
    double[][] frozen = new double[1][x.length];
    for (int i = 0; i < x.length; i++) {
      frozen[0][i] = mask(i / width, i % width, layer % 2) * x[i];
    }
    double[][] out = net(frozen, layer);
    double logJ = 0;
    for (int i = 0; i < x.length; i++) {
      if (mask(i / width, i % width, layer % 2) == 0) {
        x[i] = out[1][i] + x[i] * Math.exp(out[0][i]);
        logJ += out[0][i];
      }
    }
    return logJ;
  }

  /** Conv2d, LeakyReLU, ..., Conv2d, Tanh. */
  private double[][] net(double[][] in, int layer) {
    double[][] x = in;
    for (int i = 0; i + 1 < channels.length; i++) {
      x = convolve(x, layer + ".net." + 2 * i, channels[i + 1]);
      boolean last = i + 2 == channels.length;
      for (double[] channel : x) {
        for (int k = 0; k < channel.length; k++) {
          double v = channel[k];
          channel[k] = last ? Math.tanh(v) : v > 0 ? v : NEGATIVE_SLOPE * v;
        }
      }
    }
    return x;
  }

  /** {@code Conv2d(..., padding=kernel_size // 2, padding_mode='circular')}. */
  private double[][] convolve(double[][] in, String name, int outChannels) {
    double[] weight = state.get(name + ".weight");
    double[] bias = state.get(name + ".bias");
    int height = extents[0];
    int width = extents[1];
    double[][] out = new double[outChannels][height * width];
    for (int co = 0; co < outChannels; co++) {
      for (int x = 0; x < height; x++) {
        for (int y = 0; y < width; y++) {
          double sum = bias[co];
          for (int ci = 0; ci < in.length; ci++) {
            for (int i = 0; i < kernel; i++) {
              for (int j = 0; j < kernel; j++) {
                int from =
                    Math.floorMod(x + i - kernel / 2, height) * width
                        + Math.floorMod(y + j - kernel / 2, width);
                sum += weight[((co * in.length + ci) * kernel + i) * kernel + j] * in[ci][from];
              }
            }
          }
          out[co][x * width + y] = sum;
        }
      }
    }
    return out;
  }
}
