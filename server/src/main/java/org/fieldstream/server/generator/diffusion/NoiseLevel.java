package org.fieldstream.server.generator.diffusion;

/**
 * The score of a field with noise, {@code phi_sigma = phi + sigma xi}, at one strength sigma of the
 * noise. In momentum space (orthonormal Hartley modes) with the ensemble's spectrum G_k
 *
 * <pre>
 * d log p_sigma / d phi_k = -phi_k / (G_k + sigma^2) + r_k(phi)
 * r = 1/(g + sigma^2) [ sum_sf w_sf rms_s A_s H sin(om_f H A_s phi / rms_s) + sum_j l_j B_j phi ] + v t
 * A_s = G / (G + c_s sigma^2),  rms_s^2 = (1/V) sum_k A_s^2 (G_k + sigma^2)
 * </pre>
 *
 * The first term is that of a Gaussian field; the residual r is what interactions make of it, the
 * gradient of an energy of experts on fields that Wiener filters have cleaned of noise (to first
 * order in the coupling the effective action of phi^4 under the exact renormalisation group is a
 * local potential of just such a field). B_j are functions of the momentum, and t is what the zero
 * mode x of a mixture of two Gaussians at +-M adds:
 *
 * <pre>
 * t = M tanh(M x / c'^2) / c'^2 + x (1/c^2 - 1/c'^2),  c^2 = G_0 + sigma^2,  c'^2 = c^2 - M^2
 * </pre>
 *
 * All is equivariant under translations, the hypercubic group and Z2. Time runs from 0 (most noise)
 * to 1 (none), with log(g + sigma^2) linear in it; the weights are polynomials in it.
 *
 * <p>In the broken phase phi is the folded field less its mean m0 ({@link Phase#BROKEN}), nothing
 * is odd: there are more sines, {@code sin(om_f (H A_s phi / rms_s + pi/6))}, and for t, of which
 * there is no need in one well, a constant, {@code rms A sqrt(V) / (g + sigma^2)} with the plain
 * Wiener filter, of the zero mode.
 *
 * <p>Immutable. Arrays are by orbit of momenta.
 */
public final class NoiseLevel {
  private final ScoreParameters at;
  private final double[] theta;
  private final double time;
  private final double sigma2;
  private final double damped;
  private final double range;

  /**
   * A level.
   *
   * @param theta values as {@link ScoreParameters} has them; not modified, not to be modified
   * @param time 0 to 1
   */
  public NoiseLevel(ScoreParameters at, double[] theta, double time) {
    this.at = at;
    this.theta = theta;
    this.time = time;
    double g = StrictMath.exp(theta[at.noise() + 1]);
    double most = StrictMath.exp(theta[at.noise()]);
    range = StrictMath.log1p(most / g);
    damped = g * StrictMath.exp((1 - time) * range);
    sigma2 = time == 1 ? 0 : g * StrictMath.expm1((1 - time) * range);
  }

  /** sigma^2. */
  public double sigma2() {
    return sigma2;
  }

  /** g + sigma^2, the unit of the residual score. */
  public double damped() {
    return damped;
  }

  /** {@code -d log(g + sigma^2) / 2 dtime}: what the probability flow's drift is multiplied by. */
  public double speed() {
    return range / 2;
  }

  /** G_k. */
  public double spectrum(int orbit) {
    return StrictMath.exp(theta[at.spectrum() + orbit]);
  }

  /** Standard deviation of the noisy field's modes, sqrt(G_k + sigma^2). */
  public double[] spread() {
    double[] spread = new double[at.orbits().size()];
    for (int o = 0; o < spread.length; o++) {
      spread[o] = Math.sqrt(spectrum(o) + sigma2);
    }
    return spread;
  }

  /** A_s. */
  public double[] filter(int s) {
    return wiener(at.shape().widths().get(s));
  }

  /** G / (G + width sigma^2). */
  public double[] wiener(double width) {
    double[] filter = new double[at.orbits().size()];
    for (int o = 0; o < filter.length; o++) {
      double g = spectrum(o);
      filter[o] = g / (g + width * sigma2);
    }
    return filter;
  }

  /** rms_s: what the filtered field of a Gaussian of this spectrum has at a site. */
  public double rms(double[] filter) {
    double sum = 0;
    for (int o = 0; o < filter.length; o++) {
      sum += at.orbits().count(o) * filter[o] * filter[o] * (spectrum(o) + sigma2);
    }
    return Math.sqrt(sum / at.sites());
  }

  /** {@code (1/V) sum_k A^2}, by which the slopes of the sines enter the divergence. */
  public double trace(double[] filter) {
    double sum = 0;
    for (int o = 0; o < filter.length; o++) {
      sum += at.orbits().count(o) * filter[o] * filter[o];
    }
    return sum / at.sites();
  }

  /**
   * B_j: with A the plain Wiener filter and g the unit of small noise, {@code A^2 g / G, A^2, A^2
   * khat^2, A, A^3}, and A^2 for the zero mode alone.
   */
  public double[] linear(int j) {
    double[] a = wiener(1);
    double g = StrictMath.exp(theta[at.noise() + 1]);
    double[] b = new double[a.length];
    for (int o = 0; o < b.length; o++) {
      double square = a[o] * a[o];
      b[o] =
          switch (j) {
            case 0 -> square * g / spectrum(o);
            case 1 -> square;
            case 2 -> square * at.orbits().khat2(o);
            case 3 -> a[o];
            case 4 -> square * a[o];
            default -> o == 0 ? square : 0;
          };
    }
    return b;
  }

  /** M, and c'^2 of the zero mode. */
  public double[] wells() {
    double within = StrictMath.exp(theta[at.well()]);
    return new double[] {Math.sqrt(Math.max(0, spectrum(0) - within)), within + sigma2};
  }

  /** {@code rms A sqrt(V)}, what a constant 1 at every site of the filtered field would be. */
  public double push() {
    double[] a = wiener(1);
    return rms(a) * a[0] * Math.sqrt(at.sites());
  }

  /** The Chebyshev polynomials T_d(2 time - 1). */
  public double[] modes() {
    double[] modes = new double[at.shape().modes()];
    double x = 2 * time - 1;
    for (int d = 0; d < modes.length; d++) {
      modes[d] = d == 0 ? 1 : d == 1 ? x : 2 * x * modes[d - 1] - modes[d - 2];
    }
    return modes;
  }

  /** Weights of all features at this level. */
  public double[] weights() {
    double[] modes = modes();
    double[] weights = new double[at.features()];
    for (int d = 0; d < modes.length; d++) {
      for (int f = 0; f < weights.length; f++) {
        weights[f] += modes[d] * theta[at.weight() + d * weights.length + f];
      }
    }
    return weights;
  }
}
