package org.fieldstream.server.generator.flow;

import java.util.Arrays;
import java.util.Random;
import org.fieldstream.kernels.lattice.Lattice;
import org.jspecify.annotations.Nullable;

/** Where the training of a split flow begins: a free field, and layers that do next to nothing. */
final class SplitStart {
  /** Standard deviation of the weights. */
  private static final double SMALL = 1e-3;

  private final SplitFlow flow;
  private final Random random;

  private SplitStart(SplitFlow flow, long seed) {
    this.flow = flow;
    this.random = new Random(seed);
  }

  /** Initial parameters, a function of the seed. */
  static double[] of(SplitFlow flow, long seed) {
    return new SplitStart(flow, seed).theta();
  }

  /** The free field with correlation length L / 4, where this field's models live. */
  static void spectrum(Lattice lattice, SpectralOrbits orbits, double[] theta, int offset) {
    double longest = Arrays.stream(lattice.extents()).max().orElseThrow();
    double mass2 = 16 / (longest * longest);
    for (int o = 0; o < orbits.size(); o++) {
      theta[offset + o] = -0.5 * Math.log(2 * (orbits.khat2(o) + mass2));
    }
  }

  private double[] theta() {
    SplitShape shape = flow.shape();
    double[] theta = new double[flow.size()];
    spectrum(flow.lattice(), flow.orbits(), theta, flow.spectrum(0));
    int layer = 0;
    for (int i = 0; i < shape.blocks().size(); i++) {
      double spread = spread(theta, flow.scale(i));
      for (int last = layer + shape.blocks().get(i).layers(); layer < last; layer++) {
        for (int f = 0; f < shape.sines(); f++) {
          // From a third of a turn to the whole line over the field's spread.
          theta[flow.frequency(layer) + f] = spaced(f, shape.sines()) / spread;
        }
        for (int c = 0; c < flow.colours(); c++) {
          gates(theta, flow.gates(layer, c), spread);
        }
      }
    }
    int end = flow.weight(shape.layers(), 0, 0);
    for (int i = flow.weight(0, 0, 0); i < end; i++) {
      theta[i] = SMALL * random.nextGaussian();
    }
    return theta;
  }

  private static double spaced(int i, int count) {
    return 0.3 + (count == 1 ? 0 : 1.9 * i / (count - 1));
  }

  private void gates(double[] theta, SplitFlow.@Nullable Gates at, double spread) {
    if (at == null) {
      return;
    }
    int channels = flow.lattice().dimensions() + 1;
    int count = flow.shape().gates();
    for (int g = 0; g < count; g++) {
      int k = at.waves() + g * channels;
      theta[k] = spaced(g, count) / spread;
      for (int d = 1; d < channels; d++) {
        // A distance has more sites the larger it is; their sum shall turn the phase a little.
        theta[k + d] = random.nextGaussian() * 0.4 / (spread * (d + 1));
      }
      theta[at.weights() + g] = SMALL * random.nextGaussian();
    }
  }

  /** Standard deviation of the prior's field on a scale. */
  private double spread(double[] theta, CoarseModes scale) {
    double sum = 0;
    for (int k = 0; k < scale.lattice().sites(); k++) {
      sum += Math.exp(2 * theta[flow.spectrum(0) + flow.orbits().slots()[scale.fine(k)]]);
    }
    return Math.sqrt(sum / scale.lattice().sites());
  }
}
