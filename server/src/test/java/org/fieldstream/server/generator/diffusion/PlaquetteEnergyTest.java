package org.fieldstream.server.generator.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.machine.ReferenceExecutable;
import org.fieldstream.kernels.machine.ReferenceMachine;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.server.testing.SmallAnnealed;
import org.fieldstream.server.theory.U1;
import org.junit.jupiter.api.Test;

/** The learned energy in double: what it is, its gradient, its symmetries, its two ends. */
class PlaquetteEnergyTest {
  private static final int L0 = 3;
  private static final int L1 = 4;
  private static final int V = L0 * L1;
  private static final U1 THEORY = new U1(Lattice.of(L0, L1), 1);
  private static final double D = 0.4;

  private final double[] coefficients = SmallAnnealed.score(3).coefficients(D);
  private final ReferenceExecutable program = program(coefficients);
  private final double[] links = new Random(4).doubles(2 * V, -Math.PI, Math.PI).toArray();

  private static ReferenceExecutable program(double[] coefficients) {
    ProgramBuilder b = new ProgramBuilder();
    PlaquetteEnergy energy = new PlaquetteEnergy(b, THEORY);
    PlaquetteEnergy.At at = energy.of(b, b.input("theta", 2, V));
    b.output("energy", b.total(at.density()));
    b.output("gradient", at.gradient());
    ReferenceExecutable executable = (ReferenceExecutable) new ReferenceMachine().load(b.build());
    float[] parameters = new float[executable.program().parameterCount()];
    PlaquetteEnergy.fill(coefficients, parameters, 0);
    double[] wide = new double[parameters.length];
    Arrays.setAll(wide, i -> parameters[i]);
    executable.parameters(wide);
    return executable;
  }

  private double energy(double[] theta) {
    double[] pair = program.evaluate(0, 0, theta)[0];
    return pair[0] + pair[1];
  }

  private static int site(int i, int j) {
    return Math.floorMod(i, L0) * L1 + Math.floorMod(j, L1);
  }

  @Test
  void itIsTheSumOverPlaquettesAndPairs() {
    double sum = coefficients[1] * V; // left out, see PlaquetteEnergy.At
    for (int i = 0; i < L0; i++) {
      for (int j = 0; j < L1; j++) {
        double p = THEORY.plaquettes().angle(links, 0, site(i, j));
        for (int k = 1; k <= PlaquetteScore.WAVES; k++) {
          sum += coefficients[k - 1] * Math.cos(k * p);
        }
        int[][] forward = {{1, 0}, {0, 1}, {1, 1}, {1, -1}};
        for (int n = 0; n < forward.length; n++) {
          double q =
              THEORY.plaquettes().angle(links, 0, site(i + forward[n][0], j + forward[n][1]));
          sum += coefficients[3 + n / 2] * Math.cos(p) * Math.cos(q);
          sum += coefficients[5 + n / 2] * Math.sin(p) * Math.sin(q);
        }
      }
    }
    assertThat(energy(links)).isCloseTo(-sum, within(1e-5)); // coefficients are float32
  }

  @Test
  void itsGradientIsThatOfFiniteDifferences() {
    double[] gradient = program.evaluate(0, 0, links)[1];
    double h = 1e-5;
    for (int l = 0; l < 2 * V; l++) {
      double[] up = links.clone();
      double[] down = links.clone();
      up[l] += h;
      down[l] -= h;
      double slope = (energy(up) - energy(down)) / (2 * h);
      assertThat(gradient[l]).as("link %d", l).isCloseTo(slope, within(1e-7));
    }
  }

  @Test
  void gaugeTransformationsTurnsAndConjugationChangeNothing() {
    double[] gauge = new Random(5).doubles(V, -3, 3).toArray();
    double[] moved = new double[2 * V];
    for (int i = 0; i < L0; i++) {
      for (int j = 0; j < L1; j++) {
        int x = site(i, j);
        moved[x] = links[x] + gauge[x] - gauge[site(i + 1, j)] + 2 * Math.PI * (j - 1);
        moved[V + x] = links[V + x] + gauge[x] - gauge[site(i, j + 1)];
      }
    }
    assertThat(energy(moved)).isCloseTo(energy(links), within(1e-11));
    double[] conjugate = Arrays.stream(links).map(t -> -t).toArray();
    assertThat(energy(conjugate)).isCloseTo(energy(links), within(1e-12));
  }

  @Test
  void translationsAndReflectionsChangeNothing() {
    double[] moved = new double[2 * V];
    double[] reflected = new double[2 * V];
    for (int i = 0; i < L0; i++) {
      for (int j = 0; j < L1; j++) {
        int x = site(i, j);
        moved[x] = links[site(i + 1, j - 2)];
        moved[V + x] = links[V + site(i + 1, j - 2)];
        // i -> -i: a link down the axis becomes one up it, of the site behind.
        reflected[x] = -links[site(-i - 1, j)];
        reflected[V + x] = links[V + site(-i, j)];
      }
    }
    assertThat(energy(moved)).isCloseTo(energy(links), within(1e-12));
    assertThat(energy(reflected)).isCloseTo(energy(links), within(1e-12));
  }

  @Test
  void withoutNoiseItIsWilsonsActionAndWithMostNothing() {
    PlaquetteScore score = SmallAnnealed.score(3);
    double[] clean = score.coefficients(1);
    assertThat(clean[0]).isEqualTo(1);
    assertThat(Arrays.copyOfRange(clean, 1, clean.length)).containsOnly(0.0);
    assertThat(score.coefficients(0)).containsOnly(0.0);
    double[] pair = program(clean).evaluate(0, 0, links)[0];
    assertThat(pair[0] + pair[1]).isCloseTo(THEORY.action(links, 0), within(1e-12));
  }
}
