package org.fieldstream.server.theory;

import java.util.List;
import java.util.stream.Collectors;
import org.fieldstream.kernels.lattice.Lattice;

/** Checks a target's extents and makes the lattice of them. */
final class Extents {
  /** Sites of the largest lattice: 32^4, 1024^2. */
  private static final int MAX_SITES = 1 << 20;

  private Extents() {}

  /**
   * The lattice.
   *
   * @param fewest and most: numbers of dimensions that the theory has
   * @param expected those numbers in words
   */
  static Lattice lattice(List<Integer> extents, int fewest, int most, String expected) {
    if (extents.size() < fewest || extents.size() > most) {
      throw new BadTargetException(
          "extents", extents.size() + " of them (expected: " + expected + ")");
    }
    String label = extents.stream().map(String::valueOf).collect(Collectors.joining(" x "));
    long sites = 1;
    for (int extent : extents) {
      if (extent < 2) {
        throw new BadTargetException("extents", label + " (expected: every extent >= 2)");
      }
      sites *= extent; // below 2^20 x 2^31: no overflow before the check
      if (sites > MAX_SITES) {
        throw new BadTargetException(
            "extents", label + " (expected: at most " + MAX_SITES + " sites)");
      }
    }
    return Lattice.of(extents.stream().mapToInt(Integer::intValue).toArray());
  }
}
