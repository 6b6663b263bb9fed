package org.fieldstream.monitoring.statistics;

import java.util.SplittableRandom;

/** Stationary AR(1) series of unit variance: rho(t) = a^t, tau_int = (1 + a) / (2 (1 - a)). */
final class Ar1 {
  private final double a;
  private final SplittableRandom random;
  private double x;

  Ar1(double tauInt, long seed) {
    a = (2 * tauInt - 1) / (2 * tauInt + 1);
    // Mixed once more, so that neighbouring seeds share nothing.
    random = new SplittableRandom(new SplittableRandom(seed).nextLong());
    x = random.nextGaussian();
  }

  double next() {
    double value = x;
    x = a * x + Math.sqrt(1 - a * a) * random.nextGaussian();
    return value;
  }

  static double[] series(double tauInt, int n, long seed) {
    Ar1 chain = new Ar1(tauInt, seed);
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = chain.next();
    }
    return values;
  }
}
