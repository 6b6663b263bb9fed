package org.fieldstream.monitoring.statistics;

import java.util.function.ToDoubleFunction;

/**
 * The formulae of U. Wolff, hep-lat/0306017, written down once more, straight from the paper and as
 * slow as that: the oracle for {@link GammaMethod}, from which it shares nothing. Symbols are the
 * paper's: a[alpha][r][i] measurements, N total, R replicas.
 */
final class WolffTranscription {
  final double value;
  final double error;
  final double errorOfError;
  final double tauInt;
  final double tauIntError;
  final int w;

  WolffTranscription(ToDoubleFunction<double[]> f, double s, double[][][] a) {
    int replicas = a[0].length;
    int n = 0;
    int shortest = Integer.MAX_VALUE;
    for (double[] replica : a[0]) {
      n += replica.length;
      shortest = Math.min(shortest, replica.length);
    }
    // Eq. 7: the mean over all replicas, each measurement once.
    double[] abar = new double[a.length];
    for (int alpha = 0; alpha < a.length; alpha++) {
      for (double[] replica : a[alpha]) {
        for (double x : replica) {
          abar[alpha] += x / n;
        }
      }
    }
    value = f.applyAsDouble(abar.clone());
    // Eqs. 32 to 39: gradient at the means, steps h_alpha = sqrt(Gamma_alpha,alpha(0) / N).
    double[] gradient = new double[a.length];
    for (int alpha = 0; alpha < a.length; alpha++) {
      double h = Math.sqrt(gamma(a, abar, alpha, alpha, 0, n, replicas) / n);
      if (h == 0) {
        continue;
      }
      double[] up = abar.clone();
      double[] down = abar.clone();
      up[alpha] += h;
      down[alpha] -= h;
      gradient[alpha] = (f.applyAsDouble(up) - f.applyAsDouble(down)) / (2 * h);
    }
    // Eq. 51, 52: tau(W) from tau_int(W), the first W with g(W) < 0.
    double gamma0 = gammaF(a, abar, gradient, 0, n, replicas);
    double tauIntW = 0.5;
    int window = shortest / 2;
    for (int t = 1; t <= shortest / 2; t++) {
      tauIntW += gammaF(a, abar, gradient, t, n, replicas) / gamma0;
      double tau = tauIntW <= 0.5 ? 1e-10 : s / Math.log((2 * tauIntW + 1) / (2 * tauIntW - 1));
      if (Math.exp(-t / tau) - tau / Math.sqrt((double) t * n) < 0) {
        window = t;
        break;
      }
    }
    w = window;
    // Eq. 35 and its bias, eq. 49.
    double c = gamma0;
    for (int t = 1; t <= w; t++) {
      c += 2 * gammaF(a, abar, gradient, t, n, replicas);
    }
    double bias = c / n;
    double corrected = gamma0 + bias;
    for (int t = 1; t <= w; t++) {
      corrected += 2 * (gammaF(a, abar, gradient, t, n, replicas) + bias);
    }
    error = Math.sqrt(corrected / n);
    errorOfError = error * Math.sqrt((w + 0.5) / n);
    tauInt = corrected / (2 * (gamma0 + bias));
    tauIntError = tauInt * 2 * Math.sqrt((w - tauInt + 0.5) / n);
  }

  /** Eq. 37: Gamma_F(t) = sum_{alpha,beta} f_alpha f_beta Gamma_{alpha,beta}(t). */
  private static double gammaF(
      double[][][] a, double[] abar, double[] gradient, int t, int n, int replicas) {
    double sum = 0;
    for (int alpha = 0; alpha < a.length; alpha++) {
      for (int beta = 0; beta < a.length; beta++) {
        sum += gradient[alpha] * gradient[beta] * gamma(a, abar, alpha, beta, t, n, replicas);
      }
    }
    return sum;
  }

  /** Eq. 31. */
  private static double gamma(
      double[][][] a, double[] abar, int alpha, int beta, int t, int n, int replicas) {
    double sum = 0;
    for (int r = 0; r < replicas; r++) {
      for (int i = 0; i < a[alpha][r].length - t; i++) {
        sum += (a[alpha][r][i] - abar[alpha]) * (a[beta][r][i + t] - abar[beta]);
      }
    }
    return sum / (n - replicas * t);
  }
}
