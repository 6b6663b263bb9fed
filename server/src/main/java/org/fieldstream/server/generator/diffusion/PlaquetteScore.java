package org.fieldstream.server.generator.diffusion;

import java.util.List;
import org.fieldstream.server.generator.flow.Flow;

/**
 * The density of two-dimensional U(1) gauge fields with noise, as a learned energy: links
 * theta_sigma = theta + sigma xi on the circle, theta from Wilson's action at beta_0, have
 *
 * <pre>
 * -E_d = sum_x [ sum_k a_k cos k P_x ] + sum_xy [ g_xy cos P_x cos P_y + h_xy sin P_x sin P_y ]
 * d = exp(-2 sigma^2)
 * </pre>
 *
 * with k up to {@value #WAVES} and pairs x, y of plaquettes that share an edge or a corner: cos(P_x
 * + P_y) is the 1 x 2 Wilson loop. E is invariant under gauge transformations, translations, the
 * lattice's rotations and reflections, and charge conjugation, and so its gradient, the score, is
 * equivariant. d is what the noise leaves of a plaquette, exp(-sigma^2 / 2) for each link: 1
 * without noise, 0 for links that are uniform. The coefficients are polynomials in it that meet
 * both ends,
 *
 * <pre>c_f(d) = beta_0 d [f = a_1] + d (1 - d) sum_m w_fm T_m(2 d - 1),</pre>
 *
 * linear in the weights w.
 *
 * @param weights {@code [mode][feature]}, features as {@link #FEATURES} has them; not to be
 *     modified
 * @param beta beta_0, above 0
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PlaquetteScore(double[] weights, double beta) {
  /** Highest multiple of a plaquette's angle. */
  public static final int WAVES = 3;

  /** Kinds of pairs: with an edge in common, with a corner. */
  public static final int PAIRS = 2;

  /** a_1 to a_3, g of both kinds, h of both kinds. */
  public static final int FEATURES = WAVES + 2 * PAIRS;

  public PlaquetteScore {
    weights = weights.clone();
    if (weights.length == 0 || weights.length % FEATURES != 0) {
      throw new IllegalArgumentException(
          "weights: " + weights.length + " (expected: a multiple of " + FEATURES + ")");
    }
    if (!(beta > 0)) {
      throw new IllegalArgumentException("beta: " + beta + " (expected: > 0)");
    }
  }

  /** Wilson's action times d at every level, which is what a training improves on. */
  public static PlaquetteScore plain(int modes, double beta) {
    return new PlaquetteScore(new double[modes * FEATURES], beta);
  }

  /** Number of Chebyshev polynomials. */
  public int modes() {
    return weights.length / FEATURES;
  }

  /** The weights as a tensor of the model file. */
  public static List<Flow.Tensor> tensors(int modes) {
    return List.of(new Flow.Tensor("plaquette.weight", List.of(modes, FEATURES), 0));
  }

  /** d (1 - d) T_m(2 d - 1) for all m. */
  public static double[] modes(double d, int count) {
    double[] modes = new double[count];
    double x = 2 * d - 1;
    for (int m = 0; m < count; m++) {
      modes[m] = m == 0 ? d * (1 - d) : m == 1 ? x * modes[0] : 2 * x * modes[m - 1] - modes[m - 2];
    }
    return modes;
  }

  /** What of the coefficients is not learned. */
  public static double[] given(double d, double beta) {
    double[] given = new double[FEATURES];
    given[0] = beta * d;
    return given;
  }

  /**
   * The coefficients of all features.
   *
   * @param d 0 to 1
   */
  public double[] coefficients(double d) {
    double[] c = given(d, beta);
    double[] modes = modes(d, modes());
    for (int m = 0; m < modes.length; m++) {
      for (int f = 0; f < FEATURES; f++) {
        c[f] += modes[m] * weights[m * FEATURES + f];
      }
    }
    return c;
  }
}
