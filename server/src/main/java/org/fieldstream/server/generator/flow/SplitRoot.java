package org.fieldstream.server.generator.flow;

/**
 * Solves {@code a phi + sum_f w_f sin(k_{f,0} phi + sum_d k_{f,d} s_d) = t} for phi, with s_d known
 * sums over neighbours and a slope that is positive everywhere: Halley's steps, which know the
 * second derivative for nothing, inside a bracket, which is halved where they lead out of it. Not
 * thread-safe.
 */
final class SplitRoot {
  private static final int MOST_STEPS = 200;

  /** A last step of Halley's as small as this leaves an error of about its cube. */
  private static final double SMALL = 1e-7;

  private final int channels;
  private final double[] waves;
  private final double[] weights;
  private final double[] phases;
  private final double[] sums;
  private final SineCosine both = new SineCosine();
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
      double curvature = 0;
      for (int f = 0; f < phases.length; f++) {
        double k = waves[f * channels];
        both.at(k * phi + phases[f]);
        double sine = weights[f] * both.sine();
        value += sine;
        slope += weights[f] * k * both.cosine();
        curvature -= k * k * sine;
      }
      double farthest = phi - value / leastSlope;
      if (value > 0) {
        high = phi;
        low = Math.max(low, farthest);
      } else {
        low = phi;
        high = Math.min(high, farthest);
      }
      double next = phi - 2 * value * slope / (2 * slope * slope - value * curvature);
      boolean halved = !(next >= low && next <= high);
      if (halved) {
        next = 0.5 * (low + high);
      }
      if (Math.abs(next - phi) <= (halved ? Math.ulp(phi) : SMALL)) {
        return next;
      }
      phi = next;
    }
    return Double.NaN;
  }
}
