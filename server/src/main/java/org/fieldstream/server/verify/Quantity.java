package org.fieldstream.server.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.fieldstream.monitoring.statistics.DerivedQuantities;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.U1;

/**
 * A number that is a function of means of per-configuration observables.
 *
 * @param name name, as in the reference files
 * @param observables names of the observables
 * @param function function of their means
 */
public record Quantity(String name, List<String> observables, ToDoubleFunction<double[]> function) {
  public Quantity {
    observables = List.copyOf(observables);
  }

  private static Quantity mean(String name) {
    return new Quantity(name, List.of(name), means -> means[0]);
  }

  /** What the reference files hold, for a lattice of equal extents, two-point function aside. */
  static List<Quantity> ofReference(Phi4 phi4) {
    int volume = phi4.lattice().sites();
    ToDoubleFunction<double[]> xi =
        DerivedQuantities.secondMomentCorrelationLength(phi4.lattice().extent(0));
    return List.of(
        mean("phi2"),
        mean("abs_m"),
        new Quantity("chi", List.of("m2"), DerivedQuantities.susceptibility(volume)),
        new Quantity(
            "chi_conn", List.of("m2", "abs_m"), DerivedQuantities.connectedSusceptibility(volume)),
        new Quantity("binder_u4", List.of("m2", "m4"), DerivedQuantities.binderCumulant()),
        new Quantity(
            "xi_second_moment",
            List.of("m2", "f_min"),
            means -> xi.applyAsDouble(new double[] {volume * means[0], means[1]})),
        mean("action_per_site"));
  }

  /** What is known exactly of the free field. */
  static List<Quantity> ofFreeField(Phi4 phi4) {
    int volume = phi4.lattice().sites();
    List<Quantity> all = new ArrayList<>();
    all.add(mean("phi2"));
    all.add(new Quantity("chi", List.of("m2"), DerivedQuantities.susceptibility(volume)));
    all.add(mean("f_min"));
    all.add(mean("action_per_site"));
    for (int t = 0; t <= phi4.lattice().extent(0) / 2; t++) {
      all.add(mean("c_" + t));
    }
    return all;
  }

  /** What is known exactly of a gauge theory on a torus, the action aside: it is the plaquette. */
  static List<Quantity> ofTorus(U1 u1) {
    return u1.observables().stream()
        .filter(name -> !name.equals("action_per_site"))
        .map(Quantity::mean)
        .toList();
  }
}
