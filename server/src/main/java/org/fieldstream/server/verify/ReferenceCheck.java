package org.fieldstream.server.verify;

import java.util.ArrayList;
import java.util.List;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.monitoring.exact.U1Torus;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.Theory;
import org.fieldstream.server.theory.U1;

/** What a sample is compared with: quantities and the numbers they should be. */
final class ReferenceCheck {
  private final Theory theory;
  private final List<Quantity> quantities;
  private final List<Measured> expected;

  private ReferenceCheck(Theory theory, List<Quantity> quantities, List<Measured> expected) {
    this.theory = theory;
    this.quantities = quantities;
    this.expected = expected;
  }

  /** Against a reference file, in the units of a target that it is of. */
  static ReferenceCheck against(Reference reference, Target target) {
    Phi4 phi4 = Phi4.of(target);
    List<Quantity> quantities = Quantity.ofReference(phi4);
    return new ReferenceCheck(
        phi4, quantities, quantities.stream().map(q -> reference.value(q.name(), target)).toList());
  }

  /** A free theory against its exact propagator. */
  static ReferenceCheck againstFreeField(Phi4 phi4) {
    if (!phi4.isFree()) {
      throw new IllegalArgumentException(
          "phi4: " + phi4.couplings() + " (expected: no quartic one)");
    }
    List<Quantity> quantities = Quantity.ofFreeField(phi4);
    List<Measured> exact = new ArrayList<>();
    exact.add(new Measured(averaged(phi4), 0));
    exact.add(new Measured(propagator(phi4, 0), 0));
    exact.add(new Measured(smallestMomentum(phi4), 0));
    exact.add(new Measured(0.5, 0));
    for (int t = 0; t <= phi4.lattice().extent(0) / 2; t++) {
      exact.add(new Measured(correlator(phi4, t), 0));
    }
    return new ReferenceCheck(phi4, quantities, exact);
  }

  /** A gauge theory against its character expansion. */
  static ReferenceCheck againstTorus(U1 u1) {
    List<Quantity> quantities = Quantity.ofTorus(u1);
    U1Torus exact = u1.exact();
    return new ReferenceCheck(
        u1,
        quantities,
        quantities.stream().map(q -> new Measured(exact.mean(q.name()).orElseThrow(), 0)).toList());
  }

  /** G(k) = 1 / (2 e_k), which is 1 / (2 (khat^2 + m2)) in the mass form. */
  private static double propagator(Phi4 phi4, int momentum) {
    return 1 / (2 * phi4.eigenvalue(phi4.lattice().khat2(momentum)));
  }

  /** &lt;phi^2&gt; = (1/V) sum_k G(k). */
  private static double averaged(Phi4 phi4) {
    double sum = 0;
    for (int k = 0; k < phi4.lattice().sites(); k++) {
      sum += propagator(phi4, k);
    }
    return sum / phi4.lattice().sites();
  }

  private static double smallestMomentum(Phi4 phi4) {
    Lattice lattice = phi4.lattice();
    double sum = 0;
    for (int axis = 0; axis < lattice.dimensions(); axis++) {
      sum += propagator(phi4, lattice.stride(axis));
    }
    return sum / lattice.dimensions();
  }

  /** &lt;s_y s_{y+t}&gt; = (1/V) sum_n cos(2 pi n t / T) G(n, 0, ...), along the first axis. */
  private static double correlator(Phi4 phi4, int t) {
    Lattice lattice = phi4.lattice();
    int extent = lattice.extent(0);
    double sum = 0;
    for (int n = 0; n < extent; n++) {
      sum += Math.cos(2 * Math.PI * n * t / extent) * propagator(phi4, n * lattice.stride(0));
    }
    return sum / lattice.sites();
  }

  /** The theory. */
  Theory theory() {
    return theory;
  }

  /** The target. */
  Target target() {
    return new Target(theory.name(), theory.extents(), theory.couplings());
  }

  /** The quantities. */
  List<Quantity> quantities() {
    return quantities;
  }

  /** Compares a sample, quantity by quantity. */
  List<Comparison> of(Sample sample) {
    List<Comparison> comparisons = new ArrayList<>();
    for (int i = 0; i < quantities.size(); i++) {
      comparisons.add(
          new Comparison(
              quantities.get(i).name(), sample.estimate(quantities.get(i)), expected.get(i)));
    }
    return comparisons;
  }
}
