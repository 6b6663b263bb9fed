package org.fieldstream.server.generator.flow;

import java.util.Arrays;

/**
 * Solves {@code a phi_i + sum_f w_f sin(k_{f,0} phi_i + sum_d k_{f,d} s_{d,i}) = t_i} for phi_i at
 * all sites i of a colour, with s_d known sums over neighbours and a slope that is positive
 * everywhere: Halley's steps, which know the second derivative for nothing, inside a bracket, which
 * is halved where they lead out of it. Not thread-safe.
 */
final class SplitRoots {
  private static final int MOST_STEPS = 200;

  /** A last step of Halley's as small as this leaves an error of about its cube. */
  private static final double SMALL = 1e-7;

  private final int sites;
  private final SineSeries sines;
  private final double[] value;
  private final double[] slope;
  private final double[] curvature;
  private final double[] low;
  private final double[] high;

  /** For so many sites at a time. */
  SplitRoots(int sites) {
    this.sites = sites;
    sines = new SineSeries(sites);
    value = new double[sites];
    slope = new double[sites];
    curvature = new double[sites];
    low = new double[sites];
    high = new double[sites];
  }

  /**
   * Solves.
   *
   * @param linear a, positive
   * @param leastSlope a bound on the slope from below, positive
   * @param waves k_{f,0} of each sine
   * @param weights w_f of each sine
   * @param shift {@code sum_d k_{f,d} s_{d,i}}, {@code [f][i]}; not modified
   * @param t right sides; receives the solutions to rounding, NaN where none is found, as for
   *     arguments that are no numbers; modified
   */
  void solve(
      double linear,
      double leastSlope,
      double[] waves,
      double[] weights,
      double[] shift,
      double[] t) {
    Arrays.fill(low, Double.NEGATIVE_INFINITY);
    Arrays.fill(high, Double.POSITIVE_INFINITY);
    double[] phi = new double[sites];
    for (int i = 0; i < sites; i++) {
      phi[i] = t[i] / linear;
    }
    boolean done = false;
    for (int step = 0; step < MOST_STEPS && !done; step++) {
      Arrays.fill(value, 0);
      Arrays.fill(slope, linear);
      Arrays.fill(curvature, 0);
      for (int f = 0; f < waves.length; f++) {
        sines.add(waves[f], weights[f], phi, shift, f * sites, value, slope, curvature);
      }
      done = true;
      for (int i = 0; i < sites; i++) {
        double v = value[i] + (linear * phi[i] - t[i]);
        // Half the bound, for weights are rounded to float since it was computed.
        double farthest = phi[i] - 2 * v / leastSlope;
        if (v > 0) {
          high[i] = phi[i];
          low[i] = Math.max(low[i], farthest);
        } else {
          low[i] = phi[i];
          high[i] = Math.min(high[i], farthest);
        }
        double s = slope[i];
        double next = phi[i] - 2 * v * s / (2 * s * s - v * curvature[i]);
        boolean halved = !(next >= low[i] && next <= high[i]);
        if (halved) {
          next = 0.5 * (low[i] + high[i]);
        }
        done &= Math.abs(next - phi[i]) <= (halved ? Math.ulp(phi[i]) : SMALL);
        phi[i] = next;
      }
    }
    if (!done) {
      Arrays.fill(phi, Double.NaN);
    }
    System.arraycopy(phi, 0, t, 0, sites);
  }
}
