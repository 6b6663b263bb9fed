package org.fieldstream.server.generator.diffusion;

import java.util.Arrays;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.program.Fourier;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;

/**
 * The probability flow's velocity at one level, as a part of programs: in whitened modes y,
 *
 * <pre>drift_k = (range / 2) (g + sigma^2) r_k / sqrt(G_k + sigma^2)</pre>
 *
 * with r of {@link NoiseLevel}. Its parameters are declared when it is made and filled in the same
 * order.
 */
final class Drift {
  private final Lattice lattice;
  private final ScoreParameters at;
  private final Parameter[] in;
  private final Parameter[][] sines;
  private final Parameter[] out;
  private final Parameter linear;

  /** Of the zero mode: three for its wells, or the constant of the broken phase. */
  private final Parameter zeroMode;

  /**
   * The velocity, {@code [1][V]}; its divergence but for two parts, {@code [1][V]} to be summed;
   * and the part of the wells, {@code [1][1]}. The other part is that of the linear terms, the same
   * for all fields: {@link #steady}.
   */
  record Slope(Value drift, Value divergence, Value wells) {}

  /**
   * Declares the parameters of a level.
   *
   * @param name of the level, another one for each
   */
  Drift(ProgramBuilder b, Lattice lattice, ScoreParameters at, String name) {
    this.lattice = lattice;
    this.at = at;
    int filters = at.shape().widths().size();
    int orbits = at.orbits().size();
    in = new Parameter[filters];
    sines = new Parameter[filters][at.shape().phase().shifts().length];
    out = new Parameter[filters];
    for (int s = 0; s < filters; s++) {
      in[s] = b.parameter("in " + name + "." + s, orbits);
      for (int d = 0; d < sines[s].length; d++) {
        String of = s + (d == 0 ? "" : " shifted");
        sines[s][d] = b.parameter("sines " + name + "." + of, 2 * at.shape().sines() + 1);
      }
      out[s] = b.parameter("out " + name + "." + s, orbits);
    }
    linear = b.parameter("linear " + name, orbits);
    zeroMode = b.parameter("zero mode " + name, zeroMode(at));
  }

  private static int zeroMode(ScoreParameters at) {
    return at.shape().phase() == Phase.BROKEN ? 1 : 3;
  }

  /** Number of parameters. */
  static int size(ScoreParameters at) {
    return at.shape().widths().size() * filter(at) + at.orbits().size() + zeroMode(at);
  }

  /**
   * Number of parameters of a filter: those before the sines, the sines of each shift, the rest.
   */
  static int filter(ScoreParameters at) {
    int shifts = at.shape().phase().shifts().length;
    return 2 * at.orbits().size() + shifts * (2 * at.shape().sines() + 1);
  }

  /** Adds the velocity at a field of whitened modes. */
  Slope of(ProgramBuilder b, Value y) {
    int v = lattice.sites();
    int[] slots = at.orbits().slots();
    Value drift = b.times(y, linear, slots);
    Value divergence = null;
    for (int s = 0; s < in.length; s++) {
      Value filtered = Fourier.hartley(b, b.times(y, in[s], slots), lattice);
      Value series = series(b, filtered, sines[s]);
      Value force = Fourier.hartley(b, b.channels(series, 0, 1), lattice);
      drift = b.add(drift, b.times(force, out[s], slots));
      Value d = b.channels(series, 1, 2);
      divergence = divergence == null ? d : b.add(divergence, d);
    }
    if (divergence == null) {
      throw new IllegalStateException("widths: none");
    }
    int[] zero = new int[v];
    Arrays.fill(zero, -1);
    zero[0] = 0;
    if (at.shape().phase() == Phase.BROKEN) {
      Value push = b.plus(b.fill(0, 1, 1), zeroMode, new int[1]);
      return new Slope(b.add(drift, b.gather(push, 1, v, 1, zero)), divergence, b.fill(0, 1, 1));
    }
    Value tanh = b.tanh(b.times(b.gather(y, 1, 1, 1, new int[] {0}), zeroMode, new int[] {0}));
    Value pull = b.times(tanh, zeroMode, new int[] {1});
    Value gain = b.times(b.affine(-1, b.mul(tanh, tanh), 1), zeroMode, new int[] {2});
    return new Slope(b.add(drift, b.gather(pull, 1, v, 1, zero)), divergence, gain);
  }

  /** The sines of a filtered field, of all shifts, and the slope. */
  private Value series(ProgramBuilder b, Value filtered, Parameter[] weights) {
    double[] shifts = at.shape().phase().shifts();
    Value sum = b.sines(filtered, at.shape().sines(), 1, true, weights[0]);
    for (int d = 1; d < shifts.length; d++) {
      Value shifted = b.affine(1, filtered, shifts[d]);
      sum = b.add(sum, b.sines(shifted, at.shape().sines(), 1, true, weights[d]));
    }
    return sum;
  }

  /**
   * Fills in the parameters of a level.
   *
   * @param theta values as {@link ScoreParameters} has them; not modified
   * @param parameters modified
   * @param start position of the first
   * @return position after the last
   */
  static int fill(
      ScoreParameters at, double[] theta, NoiseLevel level, float[] parameters, int start) {
    double[] weights = level.weights();
    int p = start;
    int sines = at.shape().sines();
    int shifts = at.shape().phase().shifts().length;
    double[] spread = level.spread();
    for (int s = 0; s < at.shape().widths().size(); s++) {
      double[] filter = level.filter(s);
      double rms = level.rms(filter);
      double trace = level.trace(filter);
      for (int o = 0; o < filter.length; o++) {
        parameters[p++] = (float) (filter[o] * spread[o] / rms);
      }
      for (int d = 0; d < shifts; d++) {
        for (int f = 0; f < sines; f++) {
          parameters[p++] = (float) theta[at.frequency() + f];
        }
        parameters[p++] = 0;
        for (int f = 0; f < sines; f++) {
          double weight = weights[(s * shifts + d) * sines + f];
          parameters[p++] = (float) (level.speed() * trace * weight);
        }
      }
      for (int o = 0; o < filter.length; o++) {
        parameters[p++] = (float) (rms * filter[o] / (spread[o] * trace));
      }
    }
    for (double l : linear(at, level, weights)) {
      parameters[p++] = (float) l;
    }
    if (at.shape().phase() == Phase.BROKEN) {
      parameters[p++] = (float) (weights[weights.length - 1] * pushSpeed(level));
      return p;
    }
    double v = wellSpeed(level) * weights[weights.length - 1];
    double[] wells = level.wells();
    parameters[p++] = (float) (wells[0] * spread[0] / wells[1]);
    parameters[p++] = (float) (v * wells[0] / (wells[1] * spread[0]));
    parameters[p++] = (float) (v * wells[0] * wells[0] / (wells[1] * wells[1]));
    return p;
  }

  /** What the weight of the wells is multiplied by in the velocity. */
  static double wellSpeed(NoiseLevel level) {
    return level.speed() * level.damped();
  }

  /** The same of the constant. */
  static double pushSpeed(NoiseLevel level) {
    return level.speed() * level.push() / level.spread()[0];
  }

  /** What multiplies y, by orbit. */
  static double[] linear(ScoreParameters at, NoiseLevel level, double[] weights) {
    double[] sum = new double[at.orbits().size()];
    int first = weights.length - 1 - ScoreParameters.LINEAR;
    for (int j = 0; j < ScoreParameters.LINEAR; j++) {
      double[] b = level.linear(j);
      for (int o = 0; o < sum.length; o++) {
        sum[o] += level.speed() * weights[first + j] * b[o];
      }
    }
    if (at.shape().phase() == Phase.BROKEN) {
      return sum;
    }
    double outer = level.spectrum(0) + level.sigma2();
    sum[0] += wellSpeed(level) * weights[weights.length - 1] * (1 / outer - 1 / level.wells()[1]);
    return sum;
  }

  /** Divergence of the linear terms. */
  static double steady(ScoreParameters at, NoiseLevel level) {
    double sum = 0;
    double[] linear = linear(at, level, level.weights());
    for (int o = 0; o < linear.length; o++) {
      sum += at.orbits().count(o) * linear[o];
    }
    return sum;
  }
}
