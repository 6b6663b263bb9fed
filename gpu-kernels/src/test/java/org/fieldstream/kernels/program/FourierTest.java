package org.fieldstream.kernels.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.lattice.Stencil;
import org.fieldstream.kernels.machine.ReferenceExecutable;
import org.fieldstream.kernels.machine.ReferenceMachine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FourierTest {
  // The transforms' matrices are rounded to float: 6e-8 relative, times sqrt of the terms summed.
  private static final double BOUND = 1e-6;

  static Lattice[] lattices() {
    return new Lattice[] {
      Lattice.of(7), Lattice.of(6, 4), Lattice.of(3, 4, 5), Lattice.of(2, 3, 4, 2)
    };
  }

  @ParameterizedTest
  @MethodSource("lattices")
  void dftEqualsTheDefinition(Lattice lattice) {
    ProgramBuilder b = new ProgramBuilder();
    int v = lattice.sites();
    Value[] k = Fourier.dft(b, b.input("re", 2, v), b.input("im", 2, v), lattice);
    b.output("re", k[0]);
    b.output("im", k[1]);
    double[] re = random(2 * v, 1);
    double[] im = random(2 * v, 2);
    double[][] out = evaluate(b.build(), re, im);
    for (int c = 0; c < 2; c++) {
      for (int n = 0; n < v; n++) {
        double real = 0;
        double imaginary = 0;
        for (int x = 0; x < v; x++) {
          double cos = Math.cos(phase(lattice, n, x)) / Math.sqrt(v);
          double sin = Math.sin(phase(lattice, n, x)) / Math.sqrt(v);
          real += re[c * v + x] * cos + im[c * v + x] * sin;
          imaginary += im[c * v + x] * cos - re[c * v + x] * sin;
        }
        assertThat(out[0][c * v + n]).isCloseTo(real, within(BOUND));
        assertThat(out[1][c * v + n]).isCloseTo(imaginary, within(BOUND));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("lattices")
  void hartleyEqualsTheDefinitionAndItsOwnInverse(Lattice lattice) {
    ProgramBuilder b = new ProgramBuilder();
    int v = lattice.sites();
    Value once = Fourier.hartley(b, b.input("a", 1, v), lattice);
    b.output("once", once);
    b.output("twice", Fourier.hartley(b, once, lattice));
    double[] a = random(v, 3);
    double[][] out = evaluate(b.build(), a);
    for (int n = 0; n < v; n++) {
      double sum = 0;
      for (int x = 0; x < v; x++) {
        double product = a[x] / Math.sqrt(v);
        for (int axis = 0; axis < lattice.dimensions(); axis++) {
          double angle = angle(lattice, n, x, axis);
          product *= Math.cos(angle) + Math.sin(angle);
        }
        sum += product;
      }
      assertThat(out[0][n]).isCloseTo(sum, within(BOUND));
      assertThat(out[1][n]).isCloseTo(a[n], within(BOUND));
    }
  }

  @ParameterizedTest
  @MethodSource("lattices")
  void hartleyDiagonalisesTheLaplacian(Lattice lattice) {
    ProgramBuilder b = new ProgramBuilder();
    int v = lattice.sites();
    Value a = b.input("a", 1, v);
    Value laplacian =
        b.linear(2 * lattice.dimensions(), a, -1, b.stencilSum(a, Stencil.nearest(lattice)));
    b.output("transformed laplacian", Fourier.hartley(b, laplacian, lattice));
    b.output("transformed", Fourier.hartley(b, a, lattice));
    double[][] out = evaluate(b.build(), random(v, 4));
    for (int n = 0; n < v; n++) {
      assertThat(out[0][n]).isCloseTo(lattice.khat2(n) * out[1][n], within(20 * BOUND));
    }
  }

  private static double phase(Lattice lattice, int n, int x) {
    double sum = 0;
    for (int axis = 0; axis < lattice.dimensions(); axis++) {
      sum += angle(lattice, n, x, axis);
    }
    return sum;
  }

  private static double angle(Lattice lattice, int n, int x, int axis) {
    return 2
        * Math.PI
        * lattice.coordinate(n, axis)
        * lattice.coordinate(x, axis)
        / lattice.extent(axis);
  }

  private static double[] random(int size, long seed) {
    return new Random(seed).doubles(size, -1, 1).toArray();
  }

  private static double[][] evaluate(Program program, double[]... inputs) {
    try (ReferenceMachine machine = new ReferenceMachine();
        ReferenceExecutable executable = (ReferenceExecutable) machine.load(program)) {
      return executable.evaluate(0, 0, inputs);
    }
  }
}
