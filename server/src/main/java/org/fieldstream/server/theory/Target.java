package org.fieldstream.server.theory;

import java.util.List;
import java.util.Map;

/**
 * What is to be sampled: exp(-S) of a theory on a periodic lattice at given couplings.
 *
 * @param theory theory name, for example {@code phi4}
 * @param extents lattice extents, slowest first
 * @param couplings couplings by name, for example {@code m2} and {@code lambda}; all finite
 */
public record Target(String theory, List<Integer> extents, Map<String, Double> couplings) {
  public Target {
    extents = List.copyOf(extents);
    couplings = Map.copyOf(couplings);
  }
}
