package org.fieldstream.server.certify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.Machines;
import org.fieldstream.monitoring.statistics.Estimate;
import org.fieldstream.monitoring.statistics.GammaMethod;
import org.fieldstream.server.generator.ChainSource;
import org.fieldstream.server.generator.chain.ChainModel;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class Phi4ProbesTest {
  static Stream<Target> targets() {
    return Stream.of(
        new Target("phi4", List.of(6), Map.of("m2", -1.0, "lambda", 0.7)),
        new Target("phi4", List.of(4, 6), Map.of("kappa", 0.2, "lambda_h", 0.1)),
        new Target("phi4", List.of(2, 3, 4), Map.of("m2", 0.5, "lambda", 1.0)),
        new Target("phi4", List.of(3, 3, 3, 3), Map.of("kappa", 0.08, "lambda_h", 0.5)));
  }

  /** All numbers have mean 0 over chains that other tests compare with exact results: 4.5 sigma. */
  @ParameterizedTest
  @MethodSource("targets")
  void everyNumberHasMeanZero(Target target) {
    Phi4 phi4 = Phi4.of(target);
    Phi4Probes probes = new Phi4Probes(phi4);
    int size = phi4.lattice().sites();
    int steps = 300;
    double[] numbers = new double[probes.numbers()];
    try (Machine machine = Machines.open("vector");
        ChainSource chains = ChainModel.cluster().open(target, 12, machine)) {
      double[][][] series = new double[probes.numbers()][chains.chains()][steps];
      boolean thermal = false;
      while (!thermal) {
        thermal = chains.thermalise();
      }
      for (int s = 0; s < steps; s++) {
        float[] fields = chains.step().batch().fields();
        for (int c = 0; c < chains.chains(); c++) {
          probes.measure(fields, c * size, numbers);
          for (int k = 0; k < numbers.length; k++) {
            series[k][c][s] = numbers[k];
          }
        }
      }
      for (Probes.Probe probe : probes.probes()) {
        for (int k = probe.first(); k < probe.first() + probe.count(); k++) {
          Estimate mean = new GammaMethod().mean(series[k]);
          // Some are 0 in every configuration: diagonals where an extent is 2, say.
          assertThat(mean.mean())
              .as(probe.name() + " " + (k - probe.first()))
              .isCloseTo(0, within(4.5 * mean.error() + 1e-12));
        }
      }
    }
  }

  @Test
  void positionsFollowOneAnother() {
    for (Target target : targets().toList()) {
      Phi4Probes probes = new Phi4Probes(Phi4.of(target));
      int next = 0;
      for (Probes.Probe probe : probes.probes()) {
        assertThat(probe.first()).isEqualTo(next);
        next += probe.count();
      }
      assertThat(probes.numbers()).isEqualTo(next);
    }
  }

  /** The force is the gradient of the action: central differences in double. */
  @Test
  void theForceIsTheGradient() {
    Phi4 phi4 = Phi4.of(targets().toList().get(1));
    Random random = new Random(2);
    double[] phi = random.doubles(24, -1, 1).toArray();
    double h = 1e-5;
    for (int x = 0; x < phi.length; x++) {
      double[] up = phi.clone();
      double[] down = phi.clone();
      up[x] += h;
      down[x] -= h;
      double slope = (phi4.action(up, 0) - phi4.action(down, 0)) / (2 * h);
      double curvature =
          (phi4.action(up, 0) - 2 * phi4.action(phi, 0) + phi4.action(down, 0)) / (h * h);
      double neighbours = 0;
      for (int axis = 0; axis < 2; axis++) {
        int[] one = new int[2];
        one[axis] = 1;
        neighbours += phi[phi4.lattice().shifted(x, one)];
        one[axis] = -1;
        neighbours += phi[phi4.lattice().shifted(x, one)];
      }
      assertThat(phi4.force(phi[x], neighbours)).isCloseTo(slope, within(1e-8));
      assertThat(phi4.curvature(phi[x])).isCloseTo(curvature, within(1e-4));
    }
  }

  /** Against a direct transcription on a small lattice. */
  @Test
  void operatorsAreWhatTheySay() {
    Phi4 phi4 = Phi4.of(new Target("phi4", List.of(5, 5), Map.of("m2", 1.0, "lambda", 0.0)));
    Phi4Probes probes = new Phi4Probes(phi4);
    Random random = new Random(3);
    float[] phi = new float[25];
    for (int x = 0; x < 25; x++) {
      phi[x] = (float) random.nextGaussian();
    }
    double[] observed = new double[probes.observables().size() + probes.operators().size()];
    probes.observe(phi, 0, 7, observed);
    double diagonal = 0;
    double two = 0;
    double n4 = 0;
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j < 5; j++) {
        double here = at(phi, i, j);
        diagonal += Math.pow(here * at(phi, i + 1, j + 1), 3);
        diagonal += Math.pow(here * at(phi, i + 1, j - 1), 3);
        two += here * at(phi, i + 2, j) + here * at(phi, i, j + 2);
        double n = at(phi, i + 1, j) + at(phi, i - 1, j) + at(phi, i, j + 1) + at(phi, i, j - 1);
        n4 += n * n * n * n;
      }
    }
    int first = probes.observables().size();
    assertThat(value(probes, observed, first, "p3p3_11")).isCloseTo(diagonal / 50, within(1e-12));
    assertThat(value(probes, observed, first, "pp_2")).isCloseTo(two / 50, within(1e-12));
    assertThat(value(probes, observed, first, "n4")).isCloseTo(n4 / 25, within(1e-12));
    assertThat(observed[probes.observables().indexOf("action_per_site")])
        .isCloseTo(7.0 / 25, within(1e-12));
  }

  private static double value(Probes probes, double[] observed, int first, String name) {
    return observed[first + probes.operators().indexOf(name)];
  }

  private static double at(float[] phi, int i, int j) {
    return phi[Math.floorMod(i, 5) * 5 + Math.floorMod(j, 5)];
  }
}
