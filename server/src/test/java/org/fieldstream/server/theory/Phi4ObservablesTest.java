package org.fieldstream.server.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.fieldstream.kernels.lattice.Lattice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Observables against their definitions, site by site. */
class Phi4ObservablesTest {
  static Stream<Lattice> lattices() {
    return Stream.of(
        Lattice.of(7),
        Lattice.of(6, 6),
        Lattice.of(4, 6),
        Lattice.of(4, 2, 6),
        Lattice.of(2, 2, 2, 2));
  }

  @ParameterizedTest
  @MethodSource("lattices")
  void everyObservableIsItsDefinition(Lattice lattice) {
    int v = lattice.sites();
    int offset = 5;
    float[] fields = new float[offset + v + 3];
    Random random = new Random(11);
    for (int i = 0; i < fields.length; i++) {
      fields[i] = (float) random.nextGaussian();
    }
    Phi4 phi4 = Phi4.massForm(lattice, 1, 0.5);
    double[] values = new double[phi4.observables().size()];
    // Twice: what the first measurement leaves behind must not matter.
    phi4.observe(fields, 0, 1, values);
    phi4.observe(fields, offset, 12.5, values);

    double m = 0;
    double phi2 = 0;
    double fourth = 0;
    for (int x = 0; x < v; x++) {
      double phi = fields[offset + x];
      m += phi / v;
      phi2 += phi * phi / v;
      fourth += Math.pow(phi, 4) / v;
    }
    check(phi4, values, "phi2", phi2);
    check(phi4, values, "phi4", fourth);
    check(phi4, values, "m", m);
    check(phi4, values, "abs_m", Math.abs(m));
    check(phi4, values, "m2", m * m);
    check(phi4, values, "m4", m * m * m * m);
    check(phi4, values, "action_per_site", 12.5 / v);
    check(phi4, values, "f_min", smallestMomentum(lattice, fields, offset));
    for (int t = 0; t <= lattice.extent(0) / 2; t++) {
      check(phi4, values, "c_" + t, correlator(lattice, fields, offset, t));
    }
  }

  @Test
  void namesAreThoseOfTheLattice() {
    assertThat(Phi4.massForm(Lattice.of(6, 4), 1, 0).observables())
        .isEqualTo(
            List.of(
                "phi2",
                "phi4",
                "m",
                "abs_m",
                "m2",
                "m4",
                "f_min",
                "action_per_site",
                "c_0",
                "c_1",
                "c_2",
                "c_3"));
  }

  private static void check(Phi4 phi4, double[] values, String name, double expected) {
    assertThat(values[phi4.observables().indexOf(name)])
        .as(name)
        .isCloseTo(expected, within(1e-11 * Math.max(1, Math.abs(expected))));
  }

  private static double smallestMomentum(Lattice lattice, float[] fields, int offset) {
    double sum = 0;
    for (int axis = 0; axis < lattice.dimensions(); axis++) {
      double re = 0;
      double im = 0;
      for (int x = 0; x < lattice.sites(); x++) {
        double k = 2 * Math.PI * lattice.coordinate(x, axis) / lattice.extent(axis);
        re += fields[offset + x] * Math.cos(k);
        im += fields[offset + x] * Math.sin(k);
      }
      sum += re * re + im * im;
    }
    return sum / lattice.sites() / lattice.dimensions();
  }

  private static double correlator(Lattice lattice, float[] fields, int offset, int t) {
    boolean equal = true;
    for (int axis = 1; axis < lattice.dimensions(); axis++) {
      equal &= lattice.extent(axis) == lattice.extent(0);
    }
    int axes = equal ? lattice.dimensions() : 1;
    int extent = lattice.extent(0);
    double sum = 0;
    for (int axis = 0; axis < axes; axis++) {
      double[] mean = new double[extent];
      for (int x = 0; x < lattice.sites(); x++) {
        mean[lattice.coordinate(x, axis)] += fields[offset + x] * (double) extent / lattice.sites();
      }
      for (int y = 0; y < extent; y++) {
        sum += mean[y] * mean[(y + t) % extent] / extent / axes;
      }
    }
    return sum;
  }
}
