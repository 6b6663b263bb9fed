package org.fieldstream.server.bench;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.Target;

/**
 * phi^4 in the mass form on an L x L lattice: what every contender can run.
 *
 * @param extent L
 * @param m2 coupling
 * @param lambda coupling
 */
public record LatticeTarget(int extent, double m2, double lambda)
    implements Comparable<LatticeTarget> {
  /**
   * Where the correlation length is about L/4: M. S. Albergo, G. Kanwar, P. E. Shanahan, arXiv
   * 1904.12072, table I, and carried on to larger L.
   */
  public static final List<LatticeTarget> CRITICAL =
      List.of(
          new LatticeTarget(8, -4, 6.008),
          new LatticeTarget(16, -4, 4.98),
          new LatticeTarget(32, -4, 4.572),
          new LatticeTarget(64, -4, 4.398));

  /** Whether a target is one of these. */
  public static boolean holds(Target target) {
    return target.extents().size() == 2
        && target.extents().get(0).equals(target.extents().get(1))
        && target.couplings().keySet().equals(java.util.Set.of("m2", "lambda"));
  }

  /** A target for which {@link #holds} is true. */
  public static LatticeTarget of(Target target) {
    Double m2 = target.couplings().get("m2");
    Double lambda = target.couplings().get("lambda");
    if (!holds(target) || m2 == null || lambda == null) {
      throw new IllegalArgumentException(
          "target: " + target + " (expected: L x L with m2 and lambda)");
    }
    return new LatticeTarget(target.extents().get(0), m2, lambda);
  }

  /** The target. */
  public Target target() {
    return new Target(Phi4.NAME, List.of(extent, extent), Map.of("m2", m2, "lambda", lambda));
  }

  @Override
  public int compareTo(LatticeTarget other) {
    return Comparator.comparingInt(LatticeTarget::extent)
        .thenComparingDouble(LatticeTarget::m2)
        .thenComparingDouble(LatticeTarget::lambda)
        .compare(this, other);
  }

  /** Number of sites. */
  public int sites() {
    return extent * extent;
  }

  /** For example {@code 8 x 8, m2 = -4, lambda = 6.008}. */
  @Override
  public String toString() {
    return extent + " x " + extent + ", m2 = " + m2 + ", lambda = " + lambda;
  }
}
