package org.fieldstream.server.generator.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.machine.ReferenceExecutable;
import org.fieldstream.kernels.machine.ReferenceMachine;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.fieldstream.server.theory.Phi4;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The energy of a score in double: its gradient, the score that it belongs to, and its bound. */
class ScoreEnergyTest {
  private static final Lattice LATTICE = Lattice.of(4, 4);
  private static final int V = 16;
  private static final Phi4 PHI4 = Phi4.hoppingForm(LATTICE, 0.3, 0.022);

  /** An energy of random weights. */
  private static final class Energy {
    private final ScoreParameters at;
    private final double[] theta;

    private Energy(Phase phase, double size) {
      ScoreShape shape = new ScoreShape(List.of(0.5, 2.0), 3, 4, 6, phase);
      ScoreFlow flow = new ScoreFlow(LATTICE, shape);
      at = flow.parameters();
      theta = flow.initial(1);
      Random random = new Random(3);
      for (int i = at.weight(); i < at.weight() + 4 * at.features(); i++) {
        theta[i] = size * random.nextGaussian();
      }
      if (phase == Phase.BROKEN) {
        theta[at.mean()] = 2;
      } else {
        theta[at.well()] = theta[at.spectrum()] - 0.7;
      }
    }

    /** dE/dy, and E; of the action where there is no time. */
    private double[][] at(double time, double[] y) {
      return run(
          (b, value) -> {
            ScoreEnergy.At here = new ScoreEnergy(b, PHI4, at).of(value);
            return new Value[] {b.add(here.gradient(), value), b.total(here.density())};
          },
          filled -> {
            if (Double.isNaN(time)) {
              ScoreEnergy.fillAction(at, theta, filled, 0);
            } else {
              ScoreEnergy.fill(at, theta, new NoiseLevel(at, theta, time), filled, 0);
            }
          },
          y);
    }
  }

  /** A program of y, its values in double. */
  private interface Body {
    Value[] of(ProgramBuilder b, Value y);
  }

  private static double[][] run(Body body, Filling filling, double[] y) {
    ProgramBuilder b = new ProgramBuilder();
    Value[] values = body.of(b, b.input("y", 1, V));
    for (int i = 0; i < values.length; i++) {
      b.output("out " + i, values[i]);
    }
    ReferenceExecutable executable = (ReferenceExecutable) new ReferenceMachine().load(b.build());
    float[] filled = new float[executable.program().parameterCount()];
    filling.fill(filled);
    double[] wide = new double[filled.length];
    Arrays.setAll(wide, i -> filled[i]);
    executable.parameters(wide);
    return executable.evaluate(0, 0, y);
  }

  private interface Filling {
    void fill(float[] parameters);
  }

  private static double[] normals(double size) {
    return new Random(5).doubles(V, -size, size).toArray();
  }

  @ParameterizedTest
  @EnumSource(Phase.class)
  void theGradientIsThatOfTheEnergy(Phase phase) {
    Energy energy = new Energy(phase, 0.3);
    double[] y = normals(1.5);
    for (double time : new double[] {0.1, 0.6, 1, Double.NaN}) {
      double[] gradient = energy.at(time, y)[0];
      for (int k = 0; k < V; k++) {
        double[] moved = y.clone();
        moved[k] = y[k] + 1e-4;
        double[] high = energy.at(time, moved)[1];
        moved[k] = y[k] - 1e-4;
        double[] low = energy.at(time, moved)[1];
        double slope = (high[0] + high[1] - low[0] - low[1]) / 2e-4;
        assertThat(slope).as("time " + time + ", k " + k).isCloseTo(gradient[k], within(2e-5));
      }
    }
  }

  /** dE/dy_k = y_k - c_k r_k, r being what the probability flow goes by. */
  @ParameterizedTest
  @EnumSource(Phase.class)
  void itIsTheEnergyOfTheScore(Phase phase) {
    Energy energy = new Energy(phase, 0.1);
    double[] y = normals(1.5);
    for (double time : new double[] {0.2, 0.9}) {
      NoiseLevel level = new NoiseLevel(energy.at, energy.theta, time);
      assertThat(Arrays.stream(ScoreEnergy.linear(energy.at, level)).max().orElse(1))
          .isLessThan(ScoreEnergy.MOST_LINEAR);
      double[] drift =
          run(
              (b, value) -> new Value[] {new Drift(b, LATTICE, energy.at, "").of(b, value).drift()},
              filled -> Drift.fill(energy.at, energy.theta, level, filled, 0),
              y)[0];
      double[] gradient = energy.at(time, y)[0];
      double[] c = level.spread();
      int[] slots = energy.at.orbits().slots();
      for (int k = 0; k < V; k++) {
        double spread = c[slots[k]];
        double pull = spread * spread * drift[k] / (level.speed() * level.damped());
        assertThat(y[k] - pull).isCloseTo(gradient[k], within(1e-5));
      }
    }
  }

  /** Weights of a fit gone wrong: far out the energy grows all the same, in every direction. */
  @ParameterizedTest
  @EnumSource(Phase.class)
  void whateverWasLearnedItIsBoundedBelow(Phase phase) {
    Energy energy = new Energy(phase, 3);
    int linear = energy.at.weight() + energy.at.features() - 1 - ScoreParameters.LINEAR;
    Arrays.fill(energy.theta, linear, linear + ScoreParameters.LINEAR, 200);
    NoiseLevel level = new NoiseLevel(energy.at, energy.theta, 0.5);
    assertThat(Arrays.stream(ScoreEnergy.linear(energy.at, level)).max().orElse(0))
        .as("or there was nothing to hold")
        .isGreaterThan(1);
    for (int k = 0; k < V; k++) {
      double[] y = new double[V];
      y[k] = 1e4;
      double[] far = energy.at(0.5, y)[1];
      assertThat(far[0]).isGreaterThan(1e6);
    }
  }
}
