package org.fieldstream.server.generator.exact;

import org.fieldstream.monitoring.exact.BesselRatios;
import org.fieldstream.server.generator.gauge.RandomWords;
import org.fieldstream.server.theory.Angles;

/**
 * Plaquette angles of two-dimensional U(1) gauge theory on a torus, drawn one after the other from
 * their exact conditional distributions.
 *
 * <p>All V plaquettes have the joint density prod_p exp(beta cos t_p), under the constraint that
 * their sum is a multiple of 2 pi. Where n of them are drawn, with sum s, and m = V - n - 1 others
 * follow after the next one, that has the density
 *
 * <pre>p(t) proportional to exp(beta cos t) f_m(s + t),</pre>
 *
 * f_m as in {@link Remainder}; the last one is what the constraint leaves. A proposal from {@link
 * PlaquetteDensity} is accepted with probability f_m(s + t) / f_m(0); on average it takes f_m(0) /
 * f_V(0) proposals, about sqrt(2 pi beta / m) where that is above 1. The charge of each
 * configuration comes out with its exact probability, for nothing is ever left to move from sector
 * to sector.
 *
 * <p>Errors are those of sums in double: 1e-15 in any probability. Immutable.
 */
final class TorusPlaquettes {
  private final int volume;
  private final PlaquetteDensity density;
  private final Remainder remainder;

  /**
   * For a coupling.
   *
   * @param volume number of plaquettes, at least 2
   */
  TorusPlaquettes(int volume, double beta) {
    this.volume = volume;
    density = new PlaquetteDensity(beta);
    remainder = new Remainder(new BesselRatios(beta), volume);
  }

  /**
   * Draws all plaquettes.
   *
   * @param random where to take random numbers from
   * @param angles receives V angles in [-pi, pi] whose sum is a multiple of 2 pi; modified
   */
  void draw(RandomWords random, double[] angles) {
    double sum = 0;
    for (int n = 0; n < volume - 1; n++) {
      double t = next(random, volume - n - 1, sum);
      angles[n] = t;
      // Of the size of one angle, so that rounding does not grow with the volume.
      sum = Angles.wrap(sum + t);
    }
    angles[volume - 1] = -sum;
  }

  private double next(RandomWords random, int m, double sum) {
    while (true) {
      double u = random.uniform();
      double decision = random.uniform();
      int cell = density.cell(u);
      double t = density.angle(u, cell);
      if (decision < density.surely(cell) * remainder.least(m)) {
        return t;
      }
      double bound = remainder.of(m, sum + t);
      if (decision < bound * density.surely(cell)
          || decision < bound && decision < bound * density.acceptance(t, cell)) {
        return t;
      }
    }
  }
}
