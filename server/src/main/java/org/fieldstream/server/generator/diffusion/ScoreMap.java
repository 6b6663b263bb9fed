package org.fieldstream.server.generator.diffusion;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.fieldstream.server.generator.flow.ParameterMap;

/** Program parameters of a {@link ScoreFlow}: those of each level that the integrator visits. */
final class ScoreMap implements ParameterMap {
  private final ScoreParameters at;
  private final double[] times;

  ScoreMap(ScoreParameters at) {
    this.at = at;
    times = new double[at.shape().steps() + 1];
    Arrays.setAll(times, i -> (double) i / at.shape().steps());
  }

  /** Inner grid points moved by up to a quarter of a step. */
  @Override
  public void jitter(long step) {
    int steps = at.shape().steps();
    SplittableRandom random = new SplittableRandom(step);
    for (int i = 1; i < steps; i++) {
      times[i] = (i + 0.5 * (random.nextDouble() - 0.5)) / steps;
    }
  }

  /** Time of evaluation point n: grid points and the middles between them. */
  private double time(int n) {
    return n % 2 == 0 ? times[n / 2] : 0.5 * (times[n / 2] + times[n / 2 + 1]);
  }

  @Override
  public void fill(double[] theta, float[] parameters) {
    int p = 0;
    int steps = at.shape().steps();
    for (int i = 0; i < steps; i++) {
      double h = times[i + 1] - times[i];
      parameters[p++] = (float) (h / 2);
      parameters[p++] = (float) (h / 6);
      parameters[p++] = (float) h;
    }
    double steady = 0;
    for (int n = 0; n <= 2 * steps; n++) {
      NoiseLevel level = new NoiseLevel(at, theta, time(n));
      p = Drift.fill(at, theta, level, parameters, p);
      steady += share(n) * Drift.steady(at, level);
    }
    parameters[p++] = (float) (steady / at.sites());
    for (int o = 0; o < at.orbits().size(); o++) {
      parameters[p++] = (float) StrictMath.exp(0.5 * theta[at.spectrum() + o]);
    }
    if (at.shape().phase() == Phase.BROKEN) {
      parameters[p++] = (float) theta[at.mean()];
    }
  }

  /** Simpson's weight of an evaluation point. */
  private double share(int n) {
    if (n % 2 == 1) {
      return 4 * (times[n / 2 + 1] - times[n / 2]) / 6;
    }
    double before = n == 0 ? 0 : times[n / 2] - times[n / 2 - 1];
    double after = n / 2 + 1 == times.length ? 0 : times[n / 2 + 1] - times[n / 2];
    return (before + after) / 6;
  }

  /** By the weights only: all else is the ensemble's. */
  @Override
  public void pullback(double[] theta, double[] parameterGradient, double[] gradient) {
    int steps = at.shape().steps();
    int sines = at.shape().sines();
    int orbits = at.orbits().size();
    int filters = at.shape().widths().size();
    int shifts = at.shape().phase().shifts().length;
    int block = Drift.size(at);
    double steady = parameterGradient[3 * steps + (2 * steps + 1) * block] / at.sites();
    for (int n = 0; n <= 2 * steps; n++) {
      NoiseLevel level = new NoiseLevel(at, theta, time(n));
      double[] g = new double[at.features()];
      int p = 3 * steps + n * block;
      for (int s = 0; s < filters; s++) {
        double trace = level.trace(level.filter(s));
        for (int d = 0; d < shifts; d++) {
          int first = p + s * Drift.filter(at) + orbits + d * (2 * sines + 1) + sines + 1;
          for (int f = 0; f < sines; f++) {
            g[(s * shifts + d) * sines + f] = level.speed() * trace * parameterGradient[first + f];
          }
        }
      }
      p += filters * Drift.filter(at);
      double[] unit = new double[at.features()];
      for (int f = filters * shifts * sines; f < unit.length; f++) {
        unit[f] = 1;
        double[] linear = Drift.linear(at, level, unit);
        unit[f] = 0;
        for (int o = 0; o < orbits; o++) {
          double by = parameterGradient[p + o] + steady * share(n) * at.orbits().count(o);
          g[f] += linear[o] * by;
        }
      }
      if (at.shape().phase() == Phase.BROKEN) {
        g[g.length - 1] += Drift.pushSpeed(level) * parameterGradient[p + orbits];
      } else {
        double[] wells = level.wells();
        double v = Drift.wellSpeed(level);
        g[g.length - 1] +=
            v * wells[0] / (wells[1] * level.spread()[0]) * parameterGradient[p + orbits + 1]
                + v
                    * wells[0]
                    * wells[0]
                    / (wells[1] * wells[1])
                    * parameterGradient[p + orbits + 2];
      }
      double[] modes = level.modes();
      for (int d = 0; d < modes.length; d++) {
        for (int f = 0; f < g.length; f++) {
          gradient[at.weight() + d * g.length + f] += modes[d] * g[f];
        }
      }
    }
  }
}
