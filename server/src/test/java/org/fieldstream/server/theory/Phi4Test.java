package org.fieldstream.server.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.machine.ReferenceExecutable;
import org.fieldstream.kernels.machine.ReferenceMachine;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Action and force of phi^4 against plain loops, the other convention and finite differences. */
class Phi4Test {
  private static final double KAPPA = 0.27;
  private static final double LAMBDA_H = 0.022;

  static Stream<Lattice> lattices() {
    return Stream.of(
        Lattice.of(6),
        Lattice.of(4, 6),
        Lattice.of(5, 5),
        Lattice.of(4, 3, 2),
        Lattice.of(2, 3, 4, 3));
  }

  @ParameterizedTest
  @MethodSource("lattices")
  void theActionIsTheDoubleSumOfItsDefinition(Lattice lattice) {
    Phi4 phi4 = Phi4.massForm(lattice, -4, 6.008);
    float[] field = field(lattice, 3);
    double sum = 0;
    for (int x = 0; x < lattice.sites(); x++) {
      double phi = field[x];
      sum += (2 * lattice.dimensions() - 4) * phi * phi + 6.008 * Math.pow(phi, 4);
      for (int mu = 0; mu < lattice.dimensions(); mu++) {
        int[] step = new int[lattice.dimensions()];
        step[mu] = 1;
        sum -= 2 * phi * field[lattice.shifted(x, step)];
      }
    }
    assertThat(phi4.action(field, 0)).isCloseTo(sum, within(1e-12 * lattice.sites()));
    // The program knows its couplings in float32.
    assertThat(programAction(phi4, doubles(field))).isCloseTo(sum, within(1e-6 * lattice.sites()));
  }

  @ParameterizedTest
  @MethodSource("lattices")
  void bothConventionsAreTheSameTheory(Lattice lattice) {
    double m2 = (1 - 2 * LAMBDA_H) / KAPPA - 2 * lattice.dimensions();
    double lambda = LAMBDA_H / (KAPPA * KAPPA);
    Phi4 mass = Phi4.massForm(lattice, m2, lambda);
    Phi4 hopping = Phi4.hoppingForm(lattice, KAPPA, LAMBDA_H);
    float[] hop = field(lattice, 5);
    float[] rescaled = new float[hop.length];
    for (int x = 0; x < hop.length; x++) {
      rescaled[x] = (float) (Math.sqrt(KAPPA) * hop[x]);
    }
    assertThat(hopping.constant()).isEqualTo(LAMBDA_H * lattice.sites());
    assertThat(hopping.action(hop, 0) - hopping.constant())
        .isCloseTo(mass.action(rescaled, 0), within(1e-6 * lattice.sites()));
  }

  @ParameterizedTest
  @MethodSource("lattices")
  void theForceIsTheSlopeOfTheAction(Lattice lattice) {
    Phi4 phi4 = Phi4.massForm(lattice, -4, 6.008);
    double[] field = doubles(field(lattice, 7));
    double[][] forces = gradients(phi4, field);
    double h = 1e-4;
    for (int x = 0; x < field.length; x++) {
      double[] up = field.clone();
      double[] down = field.clone();
      up[x] += h;
      down[x] -= h;
      double slope = (programAction(phi4, up) - programAction(phi4, down)) / (2 * h);
      // h^2 times the third derivative, 24 lambda phi.
      assertThat(forces[0][x]).as("adjoint at %d", x).isCloseTo(slope, within(2e-6));
      assertThat(forces[1][x]).as("lean form at %d", x).isCloseTo(forces[0][x], within(1e-5));
    }
  }

  private static double programAction(Phi4 phi4, double[] field) {
    ProgramBuilder b = new ProgramBuilder();
    Value phi = b.input("phi", 1, field.length);
    b.output("s", phi4.action(b, phi));
    double[] pair = run(b.build(), field)[0];
    return phi4.constant() + pair[0] + pair[1];
  }

  /** Of the adjoint program and of the lean form. */
  private static double[][] gradients(Phi4 phi4, double[] field) {
    ProgramBuilder b = new ProgramBuilder();
    Value phi = b.input("phi", 1, field.length);
    Value action = phi4.action(b, phi);
    b.output("adjoint", b.gradient(Map.of(action, 1.0)).by(phi));
    b.output("lean", phi4.gradient(b, phi));
    return run(b.build(), field);
  }

  private static double[][] run(Program program, double[] field) {
    return ((ReferenceExecutable) new ReferenceMachine().load(program)).evaluate(0, 0, field);
  }

  private static float[] field(Lattice lattice, long seed) {
    Random random = new Random(seed);
    float[] field = new float[lattice.sites()];
    for (int x = 0; x < field.length; x++) {
      field[x] = (float) random.nextGaussian();
    }
    return field;
  }

  private static double[] doubles(float[] field) {
    double[] doubles = new double[field.length];
    for (int x = 0; x < field.length; x++) {
      doubles[x] = field[x];
    }
    return doubles;
  }
}
