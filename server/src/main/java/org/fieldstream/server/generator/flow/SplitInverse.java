package org.fieldstream.server.generator.flow;

import java.util.Arrays;
import org.fieldstream.kernels.lattice.Colouring;

/**
 * The inverse of a {@link SplitFlow}, in double: blocks, layers and colours backwards. What a
 * colour was moved by depends on the other colours, which are known when it is its turn, and on
 * itself:
 *
 * <pre>phi_x + F_{c,0}(phi_x) + G_{c,x}(phi_x) = phi'_x - sum over the other colours near x</pre>
 *
 * whose left side rises everywhere, so that there is one solution; see {@link SplitRoots}.
 */
final class SplitInverse implements Flow.Inverse {
  private final SplitFlow flow;
  private final double[] theta;
  private final InverseHartley fine;
  private final Scale[] scales;

  /** What a block works with: {@code near[target][from]} as {@link SplitBlock#near} has it. */
  private record Scale(
      CoarseModes modes,
      Colouring colouring,
      InverseHartley hartley,
      SineSeries sines,
      SplitRoots roots,
      int[][][] near) {}

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
          new Scale(
              flow.scale(i),
              colouring,
              new InverseHartley(colouring.lattice()),
              new SineSeries(colouring.sitesPerColour()),
              new SplitRoots(colouring.sitesPerColour()),
              near);
    }
  }

  /** The value that programs are given: rounded to float. */
  private double value(int position) {
    return (float) theta[position];
  }

  @Override
  public double[] normals(double[] phi) {
    int end = flow.shape().layers();
    boolean atSites = flow.endsAtSites();
    double[] modes = atSites ? phi : fine.apply(phi);
    for (int block = scales.length - 1; block >= 0; block--) {
      int first = end - flow.shape().blocks().get(block).layers();
      if (atSites && block == scales.length - 1) {
        modes = layers(scales[block], first, end, modes);
      } else {
        block(scales[block], first, end, modes);
      }
      end = first;
      for (int k = 0; k < modes.length; k++) {
        int amplitude = flow.spectrum(block) + flow.orbits().slots()[k];
        modes[k] /= (float) StrictMath.exp(theta[amplitude]);
      }
    }
    return modes;
  }

  /**
   * Undoes a block. Its coarse modes were moved from l to n, but by {@code g (n - l)} only where
   * weights that were rounded to float make a gain g: what is found without it is right to that
   * rounding, and once more with it to its square.
   *
   * @param modes modified
   */
  private void block(Scale scale, int first, int end, double[] modes) {
    double[] after = scale.modes().low(modes);
    double[] before = layers(scale, first, end, scale.hartley().apply(after));
    double[] gains = scale.modes().gains();
    if (Arrays.stream(gains).anyMatch(gain -> gain != 1)) {
      for (int k = 0; k < after.length; k++) {
        after[k] = before[k] + (after[k] - before[k]) / gains[k];
      }
      before = layers(scale, first, end, scale.hartley().apply(after));
    }
    for (int k = 0; k < after.length; k++) {
      before[k] -= after[k];
    }
    scale.modes().move(before, modes);
  }

  /**
   * The modes of a block's field before its layers.
   *
   * @param field the field after them; not modified
   */
  private double[] layers(Scale scale, int first, int end, double[] field) {
    double[] x = field.clone();
    for (int layer = end - 1; layer >= first; layer--) {
      layer(scale, x, layer);
    }
    return scale.hartley().apply(x);
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
        double[] moves = series(scale, x, layer, c, other, distance);
        for (int n = 0; n < sites; n++) {
          for (int tap = 0; tap < taps; tap++) {
            int y = near[n * taps + tap];
            pushed[n] += moves[colouring.rank(y)];
            sums[distance - 1][n] += x[y];
          }
        }
      }
    }
    for (int n = 0; n < sites; n++) {
      pushed[n] = x[colouring.site(c, n)] - pushed[n];
    }
    solve(scale, layer, c, sums, pushed);
    for (int n = 0; n < sites; n++) {
      x[colouring.site(c, n)] = pushed[n];
    }
  }

  /** F_{c, distance} at the sites of another colour. */
  private double[] series(Scale scale, double[] x, int layer, int c, int other, int distance) {
    Colouring colouring = scale.colouring();
    int w = flow.weight(layer, c, distance);
    int om = flow.frequency(layer);
    double[] phi = new double[colouring.sitesPerColour()];
    Arrays.setAll(phi, n -> x[colouring.site(other, n)]);
    double[] moves = new double[phi.length];
    Arrays.setAll(moves, n -> value(w) * phi[n]);
    for (int f = 0; f < flow.shape().sines(); f++) {
      scale.sines().add(value(om + f), value(w + 1 + f), phi, moves);
    }
    return moves;
  }

  /**
   * Solves the equation of a colour in a layer.
   *
   * @param sums over neighbours, {@code [distance - 1][site]}; not modified
   * @param t right sides; receives the solutions
   */
  private void solve(Scale scale, int layer, int c, double[][] sums, double[] t) {
    int sines = flow.shape().sines();
    SplitFlow.Gates at = flow.gates(layer, c);
    int all = sines + (at == null ? 0 : flow.shape().gates());
    int channels = sums.length + 1;
    double[] waves = new double[all];
    double[] weights = new double[all];
    double[] shift = new double[all * t.length];
    int w = flow.weight(layer, c, 0);
    for (int f = 0; f < sines; f++) {
      waves[f] = value(flow.frequency(layer) + f);
      weights[f] = value(w + 1 + f);
    }
    for (int g = 0; at != null && g < flow.shape().gates(); g++) {
      int k = at.waves() + g * channels;
      waves[sines + g] = value(k);
      weights[sines + g] = value(at.weights() + g);
      for (int d = 0; d < sums.length; d++) {
        double wave = value(k + 1 + d);
        for (int n = 0; n < t.length; n++) {
          shift[(sines + g) * t.length + n] += wave * sums[d][n];
        }
      }
    }
    double leastSlope = 1 - new SplitSlopes(flow).fall(theta, layer, c);
    scale.roots().solve(1 + value(w), leastSlope, waves, weights, shift, t);
  }
}
