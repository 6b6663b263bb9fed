package org.fieldstream.server.generator;

import java.util.List;

/**
 * Shape of one configuration: {@code [components, extents[0], extents[1], ...]}, C order.
 *
 * @param components field components per site, at least 1
 * @param extents lattice extents, slowest first, each at least 2
 */
public record FieldShape(int components, List<Integer> extents) {
  public FieldShape {
    if (components < 1) {
      throw new IllegalArgumentException("components: " + components + " (expected: >= 1)");
    }
    extents = List.copyOf(extents);
  }

  /** Number of lattice sites. */
  public int sites() {
    int sites = 1;
    for (int extent : extents) {
      sites = Math.multiplyExact(sites, extent);
    }
    return sites;
  }

  /** Number of values in one configuration: components times sites. */
  public int size() {
    return Math.multiplyExact(components, sites());
  }
}
