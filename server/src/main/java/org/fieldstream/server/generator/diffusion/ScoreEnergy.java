package org.fieldstream.server.generator.diffusion;

import java.util.Arrays;
import org.fieldstream.kernels.program.Fourier;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.fieldstream.server.theory.Phi4;

/**
 * The energy of which a score is the gradient, as a part of programs: of whitened modes {@code y_k
 * = phi_k / c_k, c_k = sqrt(G_k + sigma^2)}, with the terms of {@link NoiseLevel},
 *
 * <pre>
 * E(y) = sum_k (1 - l_k) y_k^2 / 2 + sum_x U(phi_x) - v log cosh(M c_0 y_0 / c'^2)
 * U = sum_sf w_sf rms_s^2 cos(om_f H A_s phi / rms_s) / ((g + sigma^2) om_f),
 * l_k = c_k^2 sum_j l_j B_j / (g + sigma^2) + [k = 0] v (1 - c^2 / c'^2),
 * </pre>
 *
 * in the broken phase with a linear term in place of the last one; or the action S, whose whitened
 * modes are of sigma = 0. U is bounded and log cosh grows linearly, so E is bounded below if all
 * l_k are below 1. A fit does not care where there are no fields, and may have an l_k beyond: there
 * a walk along the score runs away. So l_k is held at {@value #MOST_LINEAR} at most.
 */
final class ScoreEnergy {
  /** Of the linear terms; what is left of a mode's spring is a tenth of a Gaussian's. */
  static final double MOST_LINEAR = 0.9;

  private final ProgramBuilder b;
  private final Phi4 phi4;
  private final ScoreParameters at;
  private final int[] slots;
  private final int[] zero;
  private final Parameter[] in;
  private final Parameter[][] sines;
  private final Parameter[] out;
  private final Parameter linear;
  private final Parameter springs;
  private final Parameter zeroMode;
  private final Parameter share;
  private final Parameter force;
  private final ScoreEnd end;

  /**
   * The energy at a place.
   *
   * @param gradient dE/dy - y, {@code [1][V]}
   * @param density numbers whose sum is E, {@code [1][V]}
   */
  record At(Value gradient, Value density) {}

  /** Declares the parameters, see {@link #fill}. */
  ScoreEnergy(ProgramBuilder b, Phi4 phi4, ScoreParameters at) {
    this.b = b;
    this.phi4 = phi4;
    this.at = at;
    int v = at.sites();
    slots = at.orbits().slots();
    zero = new int[v];
    Arrays.fill(zero, -1);
    zero[0] = 0;
    int filters = at.shape().widths().size();
    int orbits = at.orbits().size();
    int f = at.shape().sines();
    in = new Parameter[filters];
    sines = new Parameter[filters][at.shape().phase().shifts().length];
    out = new Parameter[filters];
    for (int s = 0; s < filters; s++) {
      in[s] = b.parameter("in " + s, orbits);
      for (int d = 0; d < sines[s].length; d++) {
        sines[s][d] = b.parameter("sines " + s + "." + d, f + 2 * (f + 1));
      }
      out[s] = b.parameter("out " + s, orbits);
    }
    linear = b.parameter("spring-1", orbits);
    springs = b.parameter("spring/2", orbits);
    zeroMode = b.parameter("zero mode", 3);
    share = b.parameter("of the action", 1);
    force = b.parameter("force of the action", orbits);
    end = new ScoreEnd(b, at);
  }

  /** Adds energy and gradient at whitened modes {@code [1][V]} to the program. */
  At of(Value y) {
    Value gradient = b.times(y, linear, slots);
    Value density = b.mul(y, b.times(y, springs, slots));
    for (int s = 0; s < in.length; s++) {
      Value filtered = Fourier.hartley(b, b.times(y, in[s], slots), phi4.lattice());
      Value series = series(filtered, sines[s]);
      Value back = Fourier.hartley(b, b.channels(series, 1, 2), phi4.lattice());
      gradient = b.add(gradient, b.times(back, out[s], slots));
      density = b.add(density, b.channels(series, 2, 3));
    }
    Value y0 = b.gather(y, 1, 1, 1, new int[] {0});
    Value pull;
    Value well;
    if (at.shape().phase() == Phase.BROKEN) {
      pull = b.plus(b.fill(0, 1, 1), zeroMode, new int[] {1});
      well = b.mul(y0, pull);
    } else {
      Value z = b.times(y0, zeroMode, new int[] {0});
      pull = b.times(b.tanh(z), zeroMode, new int[] {1});
      well = b.times(logCosh(z), zeroMode, new int[] {2});
    }
    gradient = b.add(gradient, b.gather(pull, 1, at.sites(), 1, zero));
    density = b.add(density, b.gather(well, 1, at.sites(), 1, zero));
    Value phi = end.field(y);
    Value forced = Fourier.hartley(b, phi4.gradient(b, phi), phi4.lattice());
    gradient = b.add(gradient, b.times(forced, force, slots));
    Value action = b.times(phi4.density(b, phi), share, new int[at.sites()]);
    return new At(gradient, b.add(density, action));
  }

  /** Three channels: one that is not used, the force's series, the energy's. */
  private Value series(Value filtered, Parameter[] weights) {
    double[] shifts = at.shape().phase().shifts();
    int f = at.shape().sines();
    Value sum = b.sines(filtered, f, 2, true, weights[0]);
    for (int d = 1; d < shifts.length; d++) {
      sum = b.add(sum, b.sines(b.affine(1, filtered, shifts[d]), f, 2, true, weights[d]));
    }
    return sum;
  }

  /** |z| + log(1 + exp(-2 |z|)), which is log 2 more. */
  private Value logCosh(Value z) {
    Value size = b.linear(2, b.where(z, z), -1, z);
    return b.add(size, b.log(b.affine(1, b.exp(b.scale(-2, size)), 1)));
  }

  /** Energy and gradient of the score at a level. */
  static int fill(
      ScoreParameters at, double[] theta, NoiseLevel level, float[] parameters, int start) {
    int p = start;
    double[] weights = level.weights();
    double[] c = level.spread();
    int f = at.shape().sines();
    int shifts = at.shape().phase().shifts().length;
    for (int s = 0; s < at.shape().widths().size(); s++) {
      double[] filter = level.filter(s);
      double rms = level.rms(filter);
      for (int o = 0; o < c.length; o++) {
        parameters[p++] = (float) (filter[o] * c[o] / rms);
      }
      for (int d = 0; d < shifts; d++) {
        int first = (s * shifts + d) * f;
        for (int i = 0; i < f; i++) {
          parameters[p++] = (float) theta[at.frequency() + i];
        }
        parameters[p++] = 0;
        for (int i = 0; i < f; i++) {
          double om = theta[at.frequency() + i];
          parameters[p++] = (float) (rms * rms * weights[first + i] / (level.damped() * om * om));
        }
        parameters[p++] = 0;
        for (int i = 0; i < f; i++) {
          parameters[p++] = (float) weights[first + i];
        }
      }
      for (int o = 0; o < c.length; o++) {
        parameters[p++] = (float) (-c[o] * filter[o] * rms / level.damped());
      }
    }
    double[] l = linear(at, level);
    for (double value : l) {
      parameters[p++] = (float) -Math.min(MOST_LINEAR, value);
    }
    for (double value : l) {
      parameters[p++] = (float) (0.5 * (1 - Math.min(MOST_LINEAR, value)));
    }
    double w = weights[weights.length - 1];
    if (at.shape().phase() == Phase.BROKEN) {
      parameters[p++] = 0;
      parameters[p++] = (float) (-w * level.push() * c[0] / level.damped());
      parameters[p++] = 0;
    } else {
      double[] wells = level.wells();
      parameters[p++] = (float) (wells[0] * c[0] / wells[1]);
      parameters[p++] = (float) (-w * wells[0] * c[0] / wells[1]);
      parameters[p++] = (float) -w;
    }
    parameters[p++] = 0;
    Arrays.fill(parameters, p, p + c.length, 0);
    return ScoreEnd.fill(at, theta, parameters, p + c.length);
  }

  /** Energy and gradient of the action. */
  static int fillAction(ScoreParameters at, double[] theta, float[] parameters, int start) {
    int orbits = at.orbits().size();
    int f = at.shape().sines();
    int shifts = at.shape().phase().shifts().length;
    int filter = 2 * orbits + shifts * (f + 2 * (f + 1));
    NoiseLevel none = new NoiseLevel(at, theta, 1);
    int p = start + at.shape().widths().size() * filter;
    Arrays.fill(parameters, start, p, 0);
    Arrays.fill(parameters, p, p + orbits, -1); // E has no y^2 / 2 of its own
    p += orbits;
    Arrays.fill(parameters, p, p + orbits + 3, 0);
    p += orbits + 3;
    parameters[p++] = 1;
    for (double c : none.spread()) {
      parameters[p++] = (float) c;
    }
    return ScoreEnd.fill(at, theta, parameters, p);
  }

  /** l_k by orbit, as it was learned. */
  static double[] linear(ScoreParameters at, NoiseLevel level) {
    double[] l = Drift.linear(at, level, level.weights());
    double[] c = level.spread();
    for (int o = 0; o < l.length; o++) {
      l[o] *= c[o] * c[o] / (level.speed() * level.damped());
    }
    return l;
  }
}
