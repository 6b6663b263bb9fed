package org.fieldstream.server.generator.flow;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Program parameters of an {@link OdeFlow}: amplitudes, step lengths, and the velocity's weights at
 * each time that the integrator visits, from the weights' Fourier modes.
 */
final class OdeMap implements ParameterMap {
  private final OdeShape shape;
  private final int rows;
  private final int orbits;
  private final double[] times;

  OdeMap(OdeShape shape, int rows, int orbits) {
    this.shape = shape;
    this.rows = rows;
    this.orbits = orbits;
    times = new double[shape.steps() + 1];
    Arrays.setAll(times, i -> (double) i / shape.steps());
  }

  /**
   * Inner grid points moved by up to a quarter of a step: a flow that exploits one grid's error
   * finds it gone on the next.
   */
  @Override
  public void jitter(long step) {
    SplittableRandom random = new SplittableRandom(step);
    for (int i = 1; i < shape.steps(); i++) {
      times[i] = (i + 0.5 * (random.nextDouble() - 0.5)) / shape.steps();
    }
  }

  /** Time of evaluation point n: grid points and the middles between them. */
  private double time(int n) {
    return n % 2 == 0 ? times[n / 2] : 0.5 * (times[n / 2] + times[n / 2 + 1]);
  }

  private static double mode(int d, double t) {
    int q = (d + 1) / 2;
    return d == 0
        ? 1
        : d % 2 == 1 ? StrictMath.sin(q * Math.PI * t) : StrictMath.cos(q * Math.PI * t);
  }

  @Override
  public void fill(double[] theta, float[] parameters) {
    int at = 0;
    for (int o = 0; o < orbits; o++) {
      parameters[at++] = (float) StrictMath.exp(theta[o]);
    }
    for (int i = 0; i < shape.steps(); i++) {
      double h = times[i + 1] - times[i];
      parameters[at++] = (float) (h / 2);
      parameters[at++] = (float) (h / 6);
      parameters[at++] = (float) h;
    }
    int width = rows * (shape.sines() + 1);
    for (int n = 0; n <= 2 * shape.steps(); n++) {
      double t = time(n);
      for (int f = 0; f < shape.sines(); f++) {
        parameters[at++] = (float) theta[orbits + f];
      }
      for (int i = 0; i < width; i++) {
        double w = 0;
        for (int d = 0; d < shape.modes(); d++) {
          w += mode(d, t) * theta[orbits + shape.sines() + d * width + i];
        }
        parameters[at++] = (float) w;
      }
    }
  }

  @Override
  public void pullback(double[] theta, double[] parameterGradient, double[] gradient) {
    for (int o = 0; o < orbits; o++) {
      gradient[o] += parameterGradient[o] * StrictMath.exp(theta[o]);
    }
    int at = orbits + 3 * shape.steps();
    int width = rows * (shape.sines() + 1);
    for (int n = 0; n <= 2 * shape.steps(); n++) {
      double t = time(n);
      for (int f = 0; f < shape.sines(); f++) {
        gradient[orbits + f] += parameterGradient[at++];
      }
      for (int i = 0; i < width; i++) {
        double g = parameterGradient[at++];
        for (int d = 0; d < shape.modes(); d++) {
          gradient[orbits + shape.sines() + d * width + i] += mode(d, t) * g;
        }
      }
    }
  }
}
