package org.fieldstream.monitoring.statistics;

import java.util.function.ToDoubleFunction;

/**
 * Functions of means that every lattice paper quotes, for {@link GammaMethod#derived}, {@link
 * Reweighting#derived}, {@link Jackknife} and {@link OnlineDerived}. m is the magnetisation per
 * site, m = (1/V) sum_x phi_x.
 */
public final class DerivedQuantities {
  private DerivedQuantities() {}

  /**
   * Susceptibility chi = V &lt;m^2&gt;.
   *
   * @param volume number of sites V, positive
   * @return function of (&lt;m^2&gt;)
   */
  public static ToDoubleFunction<double[]> susceptibility(long volume) {
    positive("volume", volume);
    return means -> volume * means[0];
  }

  /**
   * Connected susceptibility chi_conn = V (&lt;m^2&gt; - &lt;|m|&gt;^2).
   *
   * @param volume number of sites V, positive
   * @return function of (&lt;m^2&gt;, &lt;|m|&gt;)
   */
  public static ToDoubleFunction<double[]> connectedSusceptibility(long volume) {
    positive("volume", volume);
    return means -> volume * (means[0] - means[1] * means[1]);
  }

  /**
   * Binder cumulant U4 = 1 - &lt;m^4&gt; / (3 &lt;m^2&gt;^2): K. Binder, Z. Phys. B 43 (1981) 119.
   *
   * @return function of (&lt;m^2&gt;, &lt;m^4&gt;)
   */
  public static ToDoubleFunction<double[]> binderCumulant() {
    return means -> 1 - means[1] / (3 * means[0] * means[0]);
  }

  /**
   * Second-moment correlation length xi = sqrt(chi / F - 1) / (2 sin(pi / L)), with F the two-point
   * function at the smallest momentum 2 pi / L: F. Cooper, B. Freedman, D. Preston, Nucl. Phys. B
   * 210 (1982) 210.
   *
   * @param extent L, the extent along the momentum, at least 2
   * @return function of (chi, F) in the same normalisation; NaN where chi &lt; F
   */
  public static ToDoubleFunction<double[]> secondMomentCorrelationLength(int extent) {
    Require.atLeast("extent", extent, 2);
    double k = 2 * Math.sin(Math.PI / extent);
    return means -> Math.sqrt(means[0] / means[1] - 1) / k;
  }

  private static void positive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
    }
  }
}
