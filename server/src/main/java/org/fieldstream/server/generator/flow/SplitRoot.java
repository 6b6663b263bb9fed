package org.fieldstream.server.generator.flow;

/**
 * Solves {@code a phi + sum_f w_f sin(k_{f,0} phi + sum_d k_{f,d} s_d) = t} for phi, with s_d known
 * sums over neighbours and a slope that is positive everywhere: Newton's steps inside a bracket,
 * which is halved where they lead out of it. Not thread-safe.
 */
final class SplitRoot {
  private static final int MOST_STEPS = 200;

  /** A last step of Newton's as small as this leaves an error of about its square. */
  private static final double SMALL = 1e-10;

  private final int channels;
  private final double[] waves;
  private final double[] weights;
  private final double[] phases;
  private final double[] sums;
  private final double linear;
  private final double leastSlope;

  /**
   * An equation whose waves and weights are still to be set.
   *
   * @param sines number of sines
   * @param channels components of a wave: phi, and the sums at distance 1, 2, ...
   * @param linear a
   * @param leastSlope a bound on the slope from below, positive
   */
  SplitRoot(int sines, int channels, double linear, double leastSlope) {
    this.channels = channels;
    this.linear = linear;
    // Weights are rounded to float since the bound was computed.
    this.leastSlope = 0.5 * leastSlope;
    waves = new double[sines * channels];
    weights = new double[sines];
    phases = new double[sines];
    sums = new double[channels];
  }

  void wave(int sine, int channel, double k) {
    waves[sine * channels + channel] = k;
  }

  void weight(int sine, double w) {
    weights[sine] = w;
  }

  /** Sets s_d. */
  void near(int distance, double sum) {
    sums[distance] = sum;
  }

  /** The solution to rounding; NaN where none is found, as for arguments that are no numbers. */
  double solve(double t) {
    for (int f = 0; f < phases.length; f++) {
      double phase = 0;
      for (int d = 1; d < channels; d++) {
        phase += waves[f * channels + d] * sums[d];
      }
      phases[f] = phase;
    }
    double phi = t / linear;
    double low = Double.NEGATIVE_INFINITY;
    double high = Double.POSITIVE_INFINITY;
    for (int step = 0; step < MOST_STEPS; step++) {
      double value = linear * phi - t;
      double slope = linear;
      for (int f = 0; f < phases.length; f++) {
        double k = waves[f * channels];
        double phase = k * phi + phases[f];
        value += weights[f] * Math.sin(phase);
        slope += weights[f] * k * Math.cos(phase);
      }
      double farthest = phi - value / leastSlope;
      if (value > 0) {
        high = phi;
        low = Math.max(low, farthest);
      } else {
        low = phi;
        high = Math.min(high, farthest);
      }
      double next = phi - value / slope;
      if (!(next >= low && next <= high)) {
        next = 0.5 * (low + high);
      }
      if (Math.abs(next - phi) <= SMALL * Math.max(1, Math.abs(phi))) {
        return next;
      }
      phi = next;
    }
    return Double.NaN;
  }
}
