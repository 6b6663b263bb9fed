package org.fieldstream.server.generator.flow;

/**
 * Program parameters of a {@link PlaquetteFlow}: of each layer the frequencies 1, ..., K, no linear
 * weight, and w_1, ..., w_K, from the amplitudes a_j = sum_n theta_{j,n} T_n(position of beta), T_n
 * Chebyshev polynomials:
 *
 * <pre>k w_k = 0.99 * 2 sum_{j=0}^{K-k} a_j a_{j+k} / sum_j a_j^2,    a_0 = 1.</pre>
 */
final class PlaquetteMap implements ParameterMap {
  /** The least that a layer's slope can be. */
  static final double LEAST_SLOPE = 0.01;

  private final int layers;
  private final int waves;

  /** T_n at the position of beta. */
  private final double[] basis;

  PlaquetteMap(PlaquetteShape shape, double beta) {
    layers = shape.layers();
    waves = shape.waves();
    basis = new double[shape.range().degree() + 1];
    double s = shape.range().position(beta);
    for (int n = 0; n < basis.length; n++) {
      basis[n] = n == 0 ? 1 : n == 1 ? s : 2 * s * basis[n - 1] - basis[n - 2];
    }
  }

  /** Program parameters of a layer. */
  int width() {
    return waves + 1 + waves;
  }

  private double[] amplitudes(double[] theta, int layer) {
    double[] a = new double[waves + 1];
    a[0] = 1;
    for (int j = 1; j <= waves; j++) {
      int at = (layer * waves + j - 1) * basis.length;
      for (int n = 0; n < basis.length; n++) {
        a[j] += theta[at + n] * basis[n];
      }
    }
    return a;
  }

  private static double square(double[] a) {
    double sum = 0;
    for (double x : a) {
      sum += x * x;
    }
    return sum;
  }

  /** sum_j a_j a_{j+k}. */
  private static double overlap(double[] a, int k) {
    double sum = 0;
    for (int j = 0; j + k < a.length; j++) {
      sum += a[j] * a[j + k];
    }
    return sum;
  }

  /** w_k of each layer, {@code [layer][k - 1]}, as programs are given them: rounded to float. */
  double[][] weights(double[] theta) {
    double[][] weights = new double[layers][waves];
    for (int layer = 0; layer < layers; layer++) {
      double[] a = amplitudes(theta, layer);
      double norm = square(a);
      for (int k = 1; k <= waves; k++) {
        weights[layer][k - 1] = (float) ((1 - LEAST_SLOPE) * 2 * overlap(a, k) / norm / k);
      }
    }
    return weights;
  }

  @Override
  public void fill(double[] theta, float[] parameters) {
    double[][] weights = weights(theta);
    int at = 0;
    for (int layer = 0; layer < layers; layer++) {
      for (int k = 1; k <= waves; k++) {
        parameters[at++] = k;
      }
      parameters[at++] = 0;
      for (int k = 1; k <= waves; k++) {
        parameters[at++] = (float) weights[layer][k - 1];
      }
    }
  }

  @Override
  public void pullback(double[] theta, double[] parameterGradient, double[] gradient) {
    for (int layer = 0; layer < layers; layer++) {
      double[] a = amplitudes(theta, layer);
      double norm = square(a);
      double[] byAmplitude = new double[a.length];
      for (int k = 1; k <= waves; k++) {
        double g = parameterGradient[layer * width() + waves + k];
        g *= (1 - LEAST_SLOPE) * 2 / norm / k;
        double relative = overlap(a, k) / norm;
        for (int i = 0; i < a.length; i++) {
          double slope = (i + k < a.length ? a[i + k] : 0) + (i >= k ? a[i - k] : 0);
          byAmplitude[i] += g * (slope - 2 * relative * a[i]);
        }
      }
      for (int j = 1; j <= waves; j++) {
        int at = (layer * waves + j - 1) * basis.length;
        for (int n = 0; n < basis.length; n++) {
          gradient[at + n] += byAmplitude[j] * basis[n];
        }
      }
    }
  }
}
