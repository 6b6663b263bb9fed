package org.fieldstream.monitoring.exact;

import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Two-dimensional U(1) gauge theory, S = -beta sum_p cos theta_p, on a periodic lattice of V
 * plaquettes, exactly. Immutable.
 *
 * <p>The links fix the plaquette angles up to gauge, and these are free but for one thing: on a
 * torus they add up to a multiple of 2 pi, for each link is in two plaquettes with opposite signs.
 * Write that constraint as sum_n exp(i n sum_p theta_p), and the plaquettes factorise for each n:
 *
 * <pre>
 * Z = sum_n I_n(beta)^V,    I_n(beta) = (1 / 2 pi) int exp(beta cos t) cos(n t) dt.
 * </pre>
 *
 * All plaquettes are alike, wherever they are. A loop around A of them is the mean of exp(i sum of
 * A plaquettes), which shifts n by one for these A:
 *
 * <pre>
 * W(A) = sum_n I_n^(V-A) I_{n+1}^A / Z,
 * </pre>
 *
 * the plaquette W(1), and the product of two straight lines around the torus at distance d, in
 * opposite directions, W(d L_0) (A. A. Migdal, Sov. Phys. JETP 42 (1975) 413). With a theta term,
 * exp(i theta Q) and Q = (1 / 2 pi) sum_p t_p for t_p in (-pi, pi], I_n becomes f(n + theta / 2 pi)
 * with
 *
 * <pre>
 * f(nu) = (1 / 2 pi) int_{-pi}^{pi} exp(beta cos t) cos(nu t) dt,
 * chi_Q = &lt;Q^2&gt; / V = -(1 / V) d^2 log Z / d theta^2 at theta = 0
 *       = -(1 / 4 pi^2) sum_n [f(n)^(V-1) f''(n) + (V - 1) f(n)^(V-2) f'(n)^2] / Z.
 * </pre>
 *
 * f' and f'' are integrals of -t sin(n t) and -t^2 cos(n t), and the Fourier series of t and t^2
 * turn them into sums of Bessel functions:
 *
 * <pre>
 * f'(n)  = sum_{k>=1} ((-1)^k / k) (I_{n-k} - I_{n+k})
 * f''(n) = -(pi^2 / 3) I_n - 2 sum_{k>=1} ((-1)^k / k^2) (I_{n-k} + I_{n+k}).
 * </pre>
 */
public final class U1Torus {
  private static final Pattern LOOP = Pattern.compile("wilson_(\\d{1,4})x(\\d{1,4})");

  private final int extent0;
  private final int extent1;
  private final int volume;
  private final double beta;
  private final BesselRatios r;

  /** Z in units of I_0^V. */
  private final double z;

  /**
   * The theory on a lattice.
   *
   * @param extent0 extent of the first axis, at least 1
   * @param extent1 extent of the second axis, at least 1
   * @param beta coupling, finite, at least 0
   */
  public U1Torus(int extent0, int extent1, double beta) {
    if (extent0 < 1 || extent1 < 1) {
      throw new IllegalArgumentException(
          "extents: " + extent0 + " x " + extent1 + " (expected: each at least 1)");
    }
    this.extent0 = extent0;
    this.extent1 = extent1;
    this.volume = Math.multiplyExact(extent0, extent1);
    this.beta = beta;
    this.r = new BesselRatios(beta);
    double sum = 0;
    for (int n = -r.last(); n <= r.last(); n++) {
      sum += Math.pow(r.of(n), volume);
    }
    this.z = sum;
  }

  /**
   * Mean of a Wilson loop.
   *
   * @param area plaquettes within it, 0 to V
   */
  public double loop(int area) {
    if (area < 0 || area > volume) {
      throw new IllegalArgumentException(
          "area: " + area + " (expected: 0 to " + volume + ", the plaquettes there are)");
    }
    double sum = 0;
    for (int n = -r.last() - 1; n <= r.last(); n++) {
      sum += Math.pow(r.of(n), volume - area) * Math.pow(r.of(n + 1), area);
    }
    return sum / z;
  }

  /** Mean of cos theta_p. */
  public double plaquette() {
    return loop(1);
  }

  /** chi_Q = &lt;Q^2&gt; / V. */
  public double susceptibility() {
    if (volume <= 2) {
      // One angle is 0, two are opposite; and the sum over n would converge slowly.
      return 0;
    }
    double sum = 0;
    for (int n = -r.last(); n <= r.last(); n++) {
      double f = r.of(n);
      double slope = slope(n);
      sum += Math.pow(f, volume - 1) * curvature(n);
      sum += (volume - 1) * Math.pow(f, volume - 2) * slope * slope;
    }
    return -sum / (4 * Math.PI * Math.PI * z);
  }

  private double slope(int n) {
    double sum = 0;
    for (int k = Math.abs(n) + r.last(); k >= 1; k--) {
      double term = (r.of(n - k) - r.of(n + k)) / k;
      sum += k % 2 == 0 ? term : -term;
    }
    return sum;
  }

  private double curvature(int n) {
    double sum = 0;
    for (int k = Math.abs(n) + r.last(); k >= 1; k--) {
      double term = (r.of(n - k) + r.of(n + k)) / ((double) k * k);
      sum += k % 2 == 0 ? term : -term;
    }
    return -Math.PI * Math.PI / 3 * r.of(n) - 2 * sum;
  }

  /** Mean of |P|^2, P the average over the second axis of the straight loops around the first. */
  public double polyakovSquared() {
    double sum = 0;
    for (int distance = 0; distance < extent1; distance++) {
      sum += loop(distance * extent0);
    }
    return sum / extent1;
  }

  /** log of the integral of exp(-S) over all 2 V link angles from -pi to pi, nats. */
  public double logZ() {
    return volume * (beta + Math.log(r.scaledFirst()))
        + Math.log(z)
        + 2.0 * volume * Math.log(2 * Math.PI);
  }

  /**
   * Mean of an observable.
   *
   * @param observable {@code plaquette}, {@code wilson_RxT}, {@code polyakov_re}, {@code
   *     polyakov_im}, {@code polyakov_abs2}, {@code charge}, {@code chi_q} or {@code
   *     action_per_site}
   * @return empty for any other
   */
  public OptionalDouble mean(String observable) {
    Matcher loop = LOOP.matcher(observable);
    if (loop.matches()) {
      long area = Long.parseLong(loop.group(1)) * Long.parseLong(loop.group(2));
      return area <= volume ? OptionalDouble.of(loop((int) area)) : OptionalDouble.empty();
    }
    return switch (observable) {
      case "plaquette" -> OptionalDouble.of(plaquette());
      case "action_per_site" -> OptionalDouble.of(-beta * plaquette());
      case "charge", "polyakov_re", "polyakov_im" -> OptionalDouble.of(0);
      case "polyakov_abs2" -> OptionalDouble.of(polyakovSquared());
      case "chi_q" -> OptionalDouble.of(susceptibility());
      default -> OptionalDouble.empty();
    };
  }
}
