package org.fieldstream.server.generator.flow;

import org.fieldstream.kernels.lattice.Colouring;

/**
 * The inverse of a {@link SplitFlow}, in double: blocks, layers and colours backwards. What a
 * colour was moved by depends on the other colours, which are known when it is its turn, and on
 * itself:
 *
 * <pre>phi_x + F_{c,0}(phi_x) + G_{c,x}(phi_x) = phi'_x - sum over the other colours near x</pre>
 *
 * whose left side rises everywhere, so that there is one solution; see {@link SplitRoot}.
 */
final class SplitInverse implements Flow.Inverse {
  private final SplitFlow flow;
  private final double[] theta;
  private final InverseHartley fine;
  private final Scale[] scales;

  /** What a block works with: {@code near[target][from]} as {@link SplitBlock#near} has it. */
  private record Scale(
      CoarseModes modes, Colouring colouring, InverseHartley hartley, int[][][] near) {}

  /** The inverse at a theta for which the flow is invertible; theta is not modified. */
  SplitInverse(SplitFlow flow, double[] theta) {
    this.flow = flow;
    this.theta = theta.clone();
    fine = new InverseHartley(flow.lattice());
    scales = new Scale[flow.shape().blocks().size()];
    for (int i = 0; i < scales.length; i++) {
      Colouring colouring = flow.colouring(i);
      int colours = colouring.colours();
      int[][][] near = new int[colours][colours][];
      for (int c = 0; c < colours; c++) {
        for (int other = 0; other < colours; other++) {
          near[c][other] = other == c ? new int[0] : SplitBlock.near(colouring, c, other);
        }
      }
      scales[i] =
          new Scale(flow.scale(i), colouring, new InverseHartley(colouring.lattice()), near);
    }
  }

  /** The value that programs are given: rounded to float. */
  private double value(int position) {
    return (float) theta[position];
  }

  @Override
  public double[] normals(double[] phi) {
    double[] modes = fine.apply(phi);
    int layer = flow.shape().layers();
    for (int block = scales.length - 1; block >= 0; block--) {
      Scale scale = scales[block];
      double[] x = new double[scale.colouring().lattice().sites()];
      for (int k = 0; k < x.length; k++) {
        x[k] = modes[scale.modes().fine(k)];
      }
      x = scale.hartley().apply(x);
      for (int end = layer - flow.shape().blocks().get(block).layers(); layer > end; layer--) {
        layer(scale, x, layer - 1);
      }
      x = scale.hartley().apply(x);
      for (int k = 0; k < x.length; k++) {
        modes[scale.modes().fine(k)] = x[k];
      }
      for (int k = 0; k < modes.length; k++) {
        int amplitude = flow.spectrum(block) + flow.orbits().slots()[k];
        modes[k] /= (float) StrictMath.exp(theta[amplitude]);
      }
    }
    return modes;
  }

  /** Undoes a layer; x is modified. */
  private void layer(Scale scale, double[] x, int layer) {
    Colouring colouring = scale.colouring();
    int[] order = SplitBlock.order(layer, colouring.colours());
    for (int j = order.length - 1; j >= 0; j--) {
      colour(scale, x, layer, order[j]);
    }
  }

  private void colour(Scale scale, double[] x, int layer, int c) {
    Colouring colouring = scale.colouring();
    int sites = colouring.sitesPerColour();
    int d = colouring.lattice().dimensions();
    double[] pushed = new double[sites];
    double[][] sums = new double[d][sites];
    for (int other = 0; other < colouring.colours(); other++) {
      if (other != c) {
        int distance = Integer.bitCount(other ^ c);
        int[] near = scale.near()[c][other];
        int taps = near.length / sites;
        double[] moves = series(colouring, x, layer, c, other, distance);
        for (int n = 0; n < sites; n++) {
          for (int tap = 0; tap < taps; tap++) {
            int y = near[n * taps + tap];
            pushed[n] += moves[colouring.rank(y)];
            sums[distance - 1][n] += x[y];
          }
        }
      }
    }
    SplitRoot root = root(layer, c);
    for (int n = 0; n < sites; n++) {
      for (int distance = 1; distance <= d; distance++) {
        root.near(distance, sums[distance - 1][n]);
      }
      int site = colouring.site(c, n);
      x[site] = root.solve(x[site] - pushed[n]);
    }
  }

  /** F_{c, distance} at the sites of another colour. */
  private double[] series(
      Colouring colouring, double[] x, int layer, int c, int other, int distance) {
    int w = flow.weight(layer, c, distance);
    int om = flow.frequency(layer);
    SineCosine both = new SineCosine();
    double[] moves = new double[colouring.sitesPerColour()];
    for (int n = 0; n < moves.length; n++) {
      double phi = x[colouring.site(other, n)];
      double sum = value(w) * phi;
      for (int f = 0; f < flow.shape().sines(); f++) {
        both.at(value(om + f) * phi);
        sum += value(w + 1 + f) * both.sine();
      }
      moves[n] = sum;
    }
    return moves;
  }

  /** The equation of a colour in a layer. */
  private SplitRoot root(int layer, int c) {
    int sines = flow.shape().sines();
    int gates = flow.shape().gates();
    int channels = flow.lattice().dimensions() + 1;
    int w = flow.weight(layer, c, 0);
    int om = flow.frequency(layer);
    SplitRoot root =
        new SplitRoot(sines + gates, channels, 1 + value(w), 1 - flow.fall(theta, layer, c));
    for (int f = 0; f < sines; f++) {
      root.wave(f, 0, value(om + f));
      root.weight(f, value(w + 1 + f));
    }
    SplitFlow.Gates at = flow.gates(layer, c);
    for (int g = 0; at != null && g < gates; g++) {
      for (int channel = 0; channel < channels; channel++) {
        root.wave(sines + g, channel, value(at.waves() + g * channels + channel));
      }
      root.weight(sines + g, value(at.weights() + g));
    }
    return root;
  }
}
