package org.fieldstream.server.bench;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.U1;

/**
 * A theory on an L x L lattice that every contender can run: phi^4, or U(1).
 *
 * @param target theory, extents and couplings
 */
public record LatticeTarget(Target target) implements Comparable<LatticeTarget> {
  private static final Set<String> MASS_FORM = Set.of("m2", "lambda");
  private static final Set<String> HOPPING_FORM = Set.of("kappa", "lambda_h");

  private static final Map<String, List<Set<String>>> COUPLINGS =
      Map.of(Phi4.NAME, List.of(MASS_FORM, HOPPING_FORM), U1.NAME, List.of(Set.of(U1.COUPLING)));

  /**
   * Where the correlation length of phi^4 is about L/4: M. S. Albergo, G. Kanwar, P. E. Shanahan,
   * arXiv 1904.12072, table I, and carried on to larger L.
   */
  public static final List<LatticeTarget> CRITICAL =
      List.of(phi4(8, -4, 6.008), phi4(16, -4, 4.98), phi4(32, -4, 4.572), phi4(64, -4, 4.398));

  public LatticeTarget {
    if (!holds(target)) {
      throw new IllegalArgumentException(
          "target: "
              + target
              + " (expected: phi4 on L x L with m2 and lambda or kappa and lambda_h, or u1 on L x L"
              + " with beta)");
    }
  }

  /** phi^4. */
  public static LatticeTarget phi4(int extent, double m2, double lambda) {
    return new LatticeTarget(
        new Target(Phi4.NAME, List.of(extent, extent), Map.of("m2", m2, "lambda", lambda)));
  }

  /** U(1). */
  public static LatticeTarget u1(int extent, double beta) {
    return new LatticeTarget(
        new Target(U1.NAME, List.of(extent, extent), Map.of(U1.COUPLING, beta)));
  }

  /** Whether a target is one of these. */
  public static boolean holds(Target target) {
    return target.extents().size() == 2
        && target.extents().get(0).equals(target.extents().get(1))
        && COUPLINGS.getOrDefault(target.theory(), List.of()).contains(target.couplings().keySet());
  }

  /** Whether it is phi^4 in the hopping form. */
  public boolean isHoppingForm() {
    return target.couplings().keySet().equals(HOPPING_FORM);
  }

  /**
   * The same theory of a rescaled field as other programs have it, {@code m2 = (1 - 2 lambda_h) /
   * kappa - 4, lambda = lambda_h / kappa^2}; itself where it is in no hopping form.
   */
  LatticeTarget massForm() {
    if (!isHoppingForm()) {
      return this;
    }
    double kappa = coupling("kappa");
    double quartic = coupling("lambda_h");
    return phi4(extent(), (1 - 2 * quartic) / kappa - 4, quartic / (kappa * kappa));
  }

  /** Name of the theory. */
  public String theory() {
    return target.theory();
  }

  /** L. */
  public int extent() {
    return target.extents().get(0);
  }

  /** A coupling by name. */
  public double coupling(String name) {
    Double value = target.couplings().get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "coupling: " + name + " (expected: one of " + target.couplings().keySet() + ")");
    }
    return value;
  }

  @Override
  public int compareTo(LatticeTarget other) {
    return Comparator.comparing(LatticeTarget::theory)
        .thenComparingInt(LatticeTarget::extent)
        .thenComparing(LatticeTarget::isHoppingForm)
        .thenComparing(LatticeTarget::couplings)
        .compare(this, other);
  }

  /** m2 before lambda, kappa before lambda_h. */
  private String couplings() {
    TreeMap<String, Double> sorted = new TreeMap<>(target.couplings());
    return (isHoppingForm() ? sorted : sorted.descendingMap())
        .entrySet().stream()
            .map(c -> c.getKey() + " = " + c.getValue())
            .collect(Collectors.joining(", "));
  }

  /** Number of sites. */
  public int sites() {
    return extent() * extent();
  }

  /** Extent, and the theory where it is not phi^4: {@code 8}, {@code u1 16}. */
  public String label() {
    return (theory().equals(Phi4.NAME) ? "" : theory() + " ") + extent();
  }

  /** For example {@code 8 x 8, m2 = -4, lambda = 6.008}. */
  @Override
  public String toString() {
    return extent() + " x " + extent() + ", " + couplings();
  }
}
