package org.fieldstream.server.generator.gauge;

import org.fieldstream.server.theory.Angles;
import org.fieldstream.server.theory.U1Plaquettes;

/**
 * Links of two-dimensional U(1) gauge theory with given plaquettes, all others of their properties
 * at random: along a tree first, then a uniform angle for the straight loops around either axis,
 * and a uniform gauge transformation. Plaquettes, these two angles and the gauge are all that 2 V
 * links are, and the volume element is the product of theirs. Not thread-safe.
 */
public final class TreeLinks {
  private final U1Plaquettes geometry;
  private final int sites;
  private final double[] links;
  private final double[] gauge;

  /** Links on a lattice. */
  public TreeLinks(U1Plaquettes geometry) {
    this.geometry = geometry;
    sites = geometry.rows() * geometry.columns();
    links = new double[2 * sites];
    gauge = new double[sites];
  }

  /**
   * Draws links.
   *
   * @param plaquettes {@code [V]}, their sum a multiple of 2 pi; not modified
   * @param random where to take V + 2 angles from
   * @param fields receives {@code [2][V]} from offset on, in (-pi, pi]; modified
   */
  public void draw(double[] plaquettes, RandomWords random, float[] fields, int offset) {
    int columns = geometry.columns();
    int last = sites - columns;
    geometry.links(plaquettes, links);
    for (int x = 0; x < sites; x++) {
      gauge[x] = random.angle();
    }
    // A constant on all links across a cut turns the loops that cross it, and no plaquette.
    double around0 = random.angle();
    double around1 = random.angle();
    for (int x = 0; x < sites; x++) {
      boolean end = (x + 1) % columns == 0;
      double down = gauge[x < last ? x + columns : x - last];
      double right = gauge[end ? x + 1 - columns : x + 1];
      double turn0 = x < last ? 0 : around0;
      double turn1 = end ? around1 : 0;
      fields[offset + x] = Angles.canonical(links[x] + turn0 + gauge[x] - down);
      fields[offset + sites + x] = Angles.canonical(links[sites + x] + turn1 + gauge[x] - right);
    }
  }
}
