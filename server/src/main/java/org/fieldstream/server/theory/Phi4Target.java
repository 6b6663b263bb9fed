package org.fieldstream.server.theory;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.fieldstream.kernels.lattice.Lattice;
import org.jspecify.annotations.Nullable;

/** Checks a target's lattice and couplings and makes the phi^4 theory of it. */
final class Phi4Target {
  /** Beyond this the float32 programs would overflow long before the physics means anything. */
  private static final double LARGEST_COUPLING = 1e6;

  private static final Set<String> MASS_FORM = Set.of("m2", "lambda");
  private static final Set<String> HOPPING_FORM = Set.of("kappa", "lambda_h");
  private static final String FORMS = "m2 and lambda, or kappa and lambda_h";

  private Phi4Target() {}

  static Phi4 theory(@Nullable Target target) {
    if (target == null) {
      throw new BadTargetException(
          "theory", "none named (expected: phi4, with extents and couplings)");
    }
    if (!target.theory().equals(Phi4.NAME)) {
      throw new BadTargetException("theory", target.theory() + " (expected: " + Phi4.NAME + ")");
    }
    Lattice lattice = Extents.lattice(target.extents(), 1, 4, "1 to 4, one per dimension");
    Map<String, Double> couplings = target.couplings();
    if (couplings.isEmpty()) {
      throw new BadTargetException("couplings", "none (expected: " + FORMS + ")");
    }
    for (String name : new TreeSet<>(couplings.keySet())) {
      if (!MASS_FORM.contains(name) && !HOPPING_FORM.contains(name)) {
        throw new BadTargetException("couplings." + name, "unknown (expected: " + FORMS + ")");
      }
    }
    boolean hopping = couplings.keySet().stream().anyMatch(HOPPING_FORM::contains);
    if (hopping && couplings.keySet().stream().anyMatch(MASS_FORM::contains)) {
      throw new BadTargetException(
          "couplings",
          "of both forms: " + new TreeSet<>(couplings.keySet()) + " (expected: " + FORMS + ")");
    }
    return hopping ? hoppingForm(lattice, couplings) : massForm(lattice, couplings);
  }

  private static Phi4 massForm(Lattice lattice, Map<String, Double> couplings) {
    double m2 = coupling(couplings, "m2", "a finite number");
    double lambda = nonNegative(couplings, "lambda");
    if (lambda == 0 && m2 <= 0) {
      throw new BadTargetException(
          "couplings.m2", m2 + " (expected: > 0 where lambda is 0, or the action has no minimum)");
    }
    return Phi4.massForm(lattice, m2, lambda);
  }

  private static Phi4 hoppingForm(Lattice lattice, Map<String, Double> couplings) {
    double kappa = coupling(couplings, "kappa", "a finite number");
    double lambdaH = nonNegative(couplings, "lambda_h");
    double limit = 1.0 / (2 * lattice.dimensions());
    if (lambdaH == 0 && Math.abs(kappa) >= limit) {
      throw new BadTargetException(
          "couplings.kappa",
          String.format(
              Locale.ROOT,
              "%s (expected: |kappa| < 1/(2D) = %.6g where lambda_h is 0, or the action has no minimum)",
              kappa,
              limit));
    }
    return Phi4.hoppingForm(lattice, kappa, lambdaH);
  }

  private static double nonNegative(Map<String, Double> couplings, String name) {
    double value = coupling(couplings, name, "a finite number >= 0");
    if (value < 0) {
      throw new BadTargetException(
          "couplings." + name,
          value + " (expected: a finite number >= 0, or the action has no minimum)");
    }
    return value;
  }

  private static double coupling(Map<String, Double> couplings, String name, String expected) {
    Double value = couplings.get(name);
    if (value == null) {
      throw new BadTargetException("couplings." + name, "missing (expected: " + FORMS + ")");
    }
    if (!Double.isFinite(value)) {
      throw new BadTargetException("couplings." + name, value + " (expected: " + expected + ")");
    }
    if (Math.abs(value) > LARGEST_COUPLING) {
      throw new BadTargetException(
          "couplings." + name,
          value + " (expected: of absolute value at most " + LARGEST_COUPLING + ")");
    }
    return value;
  }
}
