package org.fieldstream.kernels.lattice;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A periodic hypercubic lattice. Sites are numbered in C order: the last axis runs fastest.
 *
 * <p>Immutable.
 */
public final class Lattice {
  private static final int MAX_SITES = 1 << 24;
  private final int[] extents;
  private final int[] strides;
  private final int sites;

  private Lattice(int[] extents) {
    this.extents = extents;
    this.strides = new int[extents.length];
    long product = 1;
    for (int axis = extents.length - 1; axis >= 0; axis--) {
      strides[axis] = (int) product;
      product *= extents[axis];
      if (product > MAX_SITES) {
        throw new IllegalArgumentException(
            "extents: " + label(extents) + " (expected: at most " + MAX_SITES + " sites)");
      }
    }
    this.sites = (int) product;
  }

  /**
   * A lattice of 1 to 4 dimensions.
   *
   * @param extents extent of each axis, slowest first, each at least 2; at most 2^24 sites
   */
  public static Lattice of(int... extents) {
    if (extents.length < 1 || extents.length > 4) {
      throw new IllegalArgumentException("extents: " + extents.length + " axes (expected: 1 to 4)");
    }
    for (int extent : extents) {
      if (extent < 2) {
        throw new IllegalArgumentException(
            "extents: " + label(extents) + " (expected: every extent >= 2)");
      }
    }
    return new Lattice(extents.clone());
  }

  /** Number of axes, D. */
  public int dimensions() {
    return extents.length;
  }

  /** Extent of an axis. */
  public int extent(int axis) {
    return extents[axis];
  }

  /** All extents, slowest first; a copy. */
  public int[] extents() {
    return extents.clone();
  }

  /** Distance in sites between neighbours along an axis, wrap-around aside. */
  public int stride(int axis) {
    return strides[axis];
  }

  /** Number of sites, V. */
  public int sites() {
    return sites;
  }

  /** Coordinate of a site along an axis, 0 to extent - 1. */
  public int coordinate(int site, int axis) {
    return site / strides[axis] % extents[axis];
  }

  /** The site at the given offset from another one, with periodic wrap-around. */
  public int shifted(int site, int... offset) {
    int result = 0;
    for (int axis = 0; axis < extents.length; axis++) {
      result += Math.floorMod(coordinate(site, axis) + offset[axis], extents[axis]) * strides[axis];
    }
    return result;
  }

  /**
   * khat^2 = sum_mu (2 sin(k_mu / 2))^2 at the momentum k_mu = 2 pi n_mu / L_mu whose n is the
   * site's coordinates.
   */
  public double khat2(int momentum) {
    double sum = 0;
    for (int axis = 0; axis < extents.length; axis++) {
      double s = 2 * Math.sin(Math.PI * coordinate(momentum, axis) / extents[axis]);
      sum += s * s;
    }
    return sum;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Lattice lattice && Arrays.equals(extents, lattice.extents);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(extents);
  }

  /** For example {@code 8 x 8}. */
  @Override
  public String toString() {
    return label(extents);
  }

  private static String label(int[] extents) {
    return Arrays.stream(extents).mapToObj(Integer::toString).collect(Collectors.joining(" x "));
  }
}
