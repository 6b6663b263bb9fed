package org.fieldstream.kernels.lattice;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A set of offsets (taps) on a lattice, each with the symmetry orbit it belongs to. Taps of one
 * orbit share a weight; orbits are those of the hyperoctahedral group (D4 in two dimensions):
 * offsets with equal sorted absolute components.
 */
public final class Stencil {
  private final Lattice lattice;
  private final int[][] offsets;
  private final int[] orbit;
  private final int orbits;

  private Stencil(Lattice lattice, int[][] offsets, boolean shareByOrbit) {
    this.lattice = lattice;
    this.offsets = offsets;
    this.orbit = new int[offsets.length];
    Map<List<Integer>, Integer> seen = new LinkedHashMap<>();
    for (int k = 0; k < offsets.length; k++) {
      int[] key = offsets[k].clone();
      if (shareByOrbit) {
        key = Arrays.stream(key).map(Math::abs).sorted().toArray();
      }
      Integer known = seen.putIfAbsent(Arrays.stream(key).boxed().toList(), seen.size());
      orbit[k] = known == null ? seen.size() - 1 : known;
    }
    this.orbits = seen.size();
  }

  /**
   * All offsets with components of absolute value at most {@code radius}, weights shared by orbit,
   * centre first.
   */
  public static Stencil box(Lattice lattice, int radius) {
    if (radius < 0) {
      throw new IllegalArgumentException("radius: " + radius + " (expected: >= 0)");
    }
    List<int[]> offsets = new ArrayList<>();
    int d = lattice.dimensions();
    int side = 2 * radius + 1;
    for (int n = 0; n < (int) Math.pow(side, d); n++) {
      int[] offset = new int[d];
      int rest = n;
      for (int axis = d - 1; axis >= 0; axis--) {
        offset[axis] = rest % side - radius;
        rest /= side;
      }
      offsets.add(offset);
    }
    offsets.sort((a, b) -> Integer.compare(squared(a), squared(b)));
    return new Stencil(lattice, offsets.toArray(int[][]::new), true);
  }

  /** The offsets as given, each with a weight of its own. */
  public static Stencil of(Lattice lattice, int[]... offsets) {
    for (int[] offset : offsets) {
      if (offset.length != lattice.dimensions()) {
        throw new IllegalArgumentException(
            "offset: "
                + offset.length
                + " components (expected: "
                + lattice.dimensions()
                + ", one for each axis of "
                + lattice
                + ")");
      }
    }
    return new Stencil(lattice, offsets, false);
  }

  /** The 2D nearest neighbours, one orbit. */
  public static Stencil nearest(Lattice lattice) {
    int d = lattice.dimensions();
    int[][] offsets = new int[2 * d][d];
    for (int axis = 0; axis < d; axis++) {
      offsets[2 * axis][axis] = 1;
      offsets[2 * axis + 1][axis] = -1;
    }
    return new Stencil(lattice, offsets, true);
  }

  /** The D forward neighbours, one orbit. */
  public static Stencil forward(Lattice lattice) {
    int d = lattice.dimensions();
    int[][] offsets = new int[d][d];
    for (int axis = 0; axis < d; axis++) {
      offsets[axis][axis] = 1;
    }
    return new Stencil(lattice, offsets, true);
  }

  private static int squared(int[] v) {
    return Arrays.stream(v).map(x -> x * x).sum();
  }

  /** The lattice. */
  public Lattice lattice() {
    return lattice;
  }

  /** Number of taps, K. */
  public int taps() {
    return offsets.length;
  }

  /** Number of orbits. */
  public int orbits() {
    return orbits;
  }

  /** Orbit of a tap, 0 to {@link #orbits()} - 1. */
  public int orbit(int tap) {
    return orbit[tap];
  }

  /** Number of taps in an orbit. */
  public int orbitSize(int which) {
    return (int) Arrays.stream(orbit).filter(o -> o == which).count();
  }

  /** The site that a tap reads for an output site. */
  public int source(int site, int tap) {
    return lattice.shifted(site, offsets[tap]);
  }

  /** The stencil table {@code [site * K + tap]} of source sites. */
  public int[] table() {
    int[] table = new int[lattice.sites() * taps()];
    for (int site = 0; site < lattice.sites(); site++) {
      for (int tap = 0; tap < taps(); tap++) {
        table[site * taps() + tap] = source(site, tap);
      }
    }
    return table;
  }
}
