package org.fieldstream.server.generator.diffusion;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.fieldstream.server.theory.BadTargetException;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.U1;
import org.jspecify.annotations.Nullable;

/**
 * The paths of a {@link PlaquetteScore}: to any beta, on any lattice, for energies are local.
 *
 * @param score the score
 * @param target what it was trained on
 */
public record PlaquettePaths(PlaquetteScore score, Target target) implements AnnealedPaths {
  /** The largest beta; levels grow as its squared logarithm. */
  public static final double LARGEST_BETA = 16;

  /**
   * The largest lattice: the cost of a configuration grows as its square, and a device batch must
   * not keep others waiting for minutes.
   */
  public static final int LARGEST_VOLUME = 1024;

  /** {@inheritDoc} Its extents and beta are the trained ones where the request has none. */
  @Override
  public Target resolve(@Nullable Target requested) {
    if (requested == null) {
      return target;
    }
    String theory = requested.theory().isEmpty() ? target.theory() : requested.theory();
    List<Integer> extents = requested.extents().isEmpty() ? target.extents() : requested.extents();
    Map<String, Double> couplings = new TreeMap<>(target.couplings());
    couplings.putAll(requested.couplings());
    U1 u1 = U1.of(new Target(theory, extents, couplings));
    if (u1.sites() > LARGEST_VOLUME) {
      throw new BadTargetException(
          "extents", u1.lattice() + " (expected: at most " + LARGEST_VOLUME + " sites)");
    }
    if (u1.beta() > LARGEST_BETA) {
      throw new BadTargetException(
          "couplings." + U1.COUPLING, u1.beta() + " (expected: 0 to " + LARGEST_BETA + ")");
    }
    return new Target(u1.name(), u1.extents(), u1.couplings());
  }

  @Override
  public AnnealedPath to(Target resolved) {
    return new PlaquettePath(U1.of(resolved), score, PlaquettePath.Plan.USUAL);
  }
}
