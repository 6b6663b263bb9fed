package org.fieldstream.monitoring.exact;

import java.util.Arrays;

/**
 * How two-dimensional U(1) gauge theory on a torus of V plaquettes spreads over its topological
 * sectors. Without the torus the plaquettes t_p in (-pi, pi] would be independent; the torus has
 * them add up to 2 pi Q, so that the probability of Q is the density of that sum:
 *
 * <pre>
 * p(Q) proportional to int f(nu)^V cos(2 pi nu Q) dnu,
 * f(nu) = (1 / 2 pi) int_{-pi}^{pi} exp(beta cos t) cos(nu t) dt = sum_n I_n(beta) sinc(pi (nu - n)).
 * </pre>
 *
 * No sum of V angles is beyond V pi. So the trapezoidal rule of step 1 / (V + 1) makes no error: it
 * would add the densities at Q + m (V + 1), m not 0, which are 0. What is left is rounding, about
 * 1e-15 of p(0). Numbers are the same on every Java runtime. Immutable.
 */
public final class ChargeDistribution {
  /** Fewer plaquettes have an f^V that falls off too slowly. */
  private static final int LEAST_VOLUME = 9;

  /** Probabilities below this part of p(0) are rounding, and count as 0. */
  private static final double ROUNDING = 1e-13;

  private static final double NEGLIGIBLE = 1e-30;

  /** The side lobes of f are below 0.22, of its 64th power below {@link #NEGLIGIBLE}. */
  private static final int LARGE = 64;

  private final double[] probabilities;

  /**
   * The distribution.
   *
   * @param volume V, at least 9
   * @param beta coupling, finite, at least 0: 0 for plaquettes that are uniform
   */
  public ChargeDistribution(int volume, double beta) {
    if (volume < LEAST_VOLUME) {
      throw new IllegalArgumentException(
          "volume: " + volume + " (expected: >= " + LEAST_VOLUME + ")");
    }
    double[] powers = powers(volume, new BesselRatios(beta));
    double[] p = new double[volume / 2 + 1];
    double sum = 0;
    int charges = 0;
    while (charges < p.length) {
      double density = 0;
      for (int j = powers.length - 1; j >= 1; j--) {
        long turns = (long) j * charges % (volume + 1);
        density += powers[j] * StrictMath.cos(2 * Math.PI * turns / (volume + 1));
      }
      density = 1 + 2 * density;
      if (charges > 0 && !(density > ROUNDING * p[0])) {
        break;
      }
      p[charges] = density;
      sum += charges == 0 ? density : 2 * density;
      charges++;
    }
    probabilities = Arrays.copyOf(p, charges);
    for (int q = 0; q < charges; q++) {
      probabilities[q] /= sum;
    }
  }

  /** (f(j / (V + 1)) / f(0))^V for j = 0, 1, ... as far as they matter. */
  private static double[] powers(int volume, BesselRatios r) {
    double[] powers = new double[4 * (volume + 1)];
    double largest = 0;
    for (int j = 0; ; j++) {
      double f = f(r, (double) j / (volume + 1));
      double power = StrictMath.pow(Math.abs(f), volume);
      if (j == powers.length) {
        powers = Arrays.copyOf(powers, 2 * j);
      }
      powers[j] = f < 0 && volume % 2 == 1 ? -power : power;
      largest = Math.max(largest, power);
      if (volume >= LARGE && power < NEGLIGIBLE) {
        return Arrays.copyOf(powers, j + 1);
      }
      if (j % (volume + 1) == volume) { // f has zeros: look at whole periods of its sine
        if (largest < NEGLIGIBLE) {
          return Arrays.copyOf(powers, j + 1);
        }
        largest = 0;
      }
    }
  }

  /** f(nu) / I_0. */
  private static double f(BesselRatios r, double nu) {
    double nearest = Math.rint(nu);
    double sine = StrictMath.sin(Math.PI * (nu - nearest)); // (-1)^nearest sin(pi nu)
    double sum = 0;
    for (int n = -r.last(); n <= r.last(); n++) {
      double distance = nu - n;
      boolean odd = Math.floorMod(n - (long) nearest, 2) == 1;
      double sinc =
          distance == 0 ? 1 : (odd ? -sine : sine) / (Math.PI * distance); // sin(pi (nu - n))
      sum += r.of(n) * sinc;
    }
    return sum;
  }

  /** p(Q), for a Q of either sign; 0 beyond {@link #largest()}. */
  public double of(int charge) {
    int q = Math.abs(charge);
    return q < probabilities.length ? probabilities[q] : 0;
  }

  /** The largest charge whose probability is known. */
  public int largest() {
    return probabilities.length - 1;
  }
}
