package org.fieldstream.server.generator.flow;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fieldstream.kernels.lattice.Lattice;

/**
 * Momenta of a lattice grouped by symmetry: equal when the sorted |k_mu| are. A spectrum that is
 * constant on orbits makes a Gaussian field invariant under translations and the hypercubic group.
 */
public final class SpectralOrbits {
  private final int[] slot;
  private final int[] count;
  private final double[] khat2;

  /** Orbits of a lattice's momenta. */
  public SpectralOrbits(Lattice lattice) {
    int d = lattice.dimensions();
    slot = new int[lattice.sites()];
    Map<List<Long>, Integer> seen = new LinkedHashMap<>();
    for (int k = 0; k < slot.length; k++) {
      long[] key = new long[d];
      for (int axis = 0; axis < d; axis++) {
        int n = lattice.coordinate(k, axis);
        int folded = Math.min(n, lattice.extent(axis) - n);
        // Fractions of 2 pi over a common denominator, so that unequal extents group rightly.
        key[axis] = (long) folded * lattice.sites() / lattice.extent(axis);
      }
      Arrays.sort(key);
      Integer known = seen.putIfAbsent(Arrays.stream(key).boxed().toList(), seen.size());
      slot[k] = known == null ? seen.size() - 1 : known;
    }
    count = new int[seen.size()];
    khat2 = new double[seen.size()];
    for (int k = 0; k < slot.length; k++) {
      count[slot[k]]++;
      khat2[slot[k]] = lattice.khat2(k);
    }
  }

  /** Number of orbits. */
  public int size() {
    return count.length;
  }

  /** Orbit of each momentum, numbered as sites; not to be modified. */
  public int[] slots() {
    return slot;
  }

  /** Number of momenta in an orbit. */
  public int count(int orbit) {
    return count[orbit];
  }

  /** khat^2 of an orbit. */
  public double khat2(int orbit) {
    return khat2[orbit];
  }
}
