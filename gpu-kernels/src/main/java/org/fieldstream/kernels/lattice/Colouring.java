package org.fieldstream.kernels.lattice;

/**
 * The 2^D colouring of a lattice of even extents: the colour of a site is made of the parities of
 * its coordinates, so that all sites within one step along any set of axes have other colours.
 */
public final class Colouring {
  private final Lattice lattice;
  private final int[] colour;
  private final int[] rank;
  private final int[][] members;

  /**
   * @param lattice a lattice of even extents
   * @throws IllegalArgumentException if an extent is odd
   */
  public Colouring(Lattice lattice) {
    this.lattice = lattice;
    int d = lattice.dimensions();
    for (int axis = 0; axis < d; axis++) {
      if (lattice.extent(axis) % 2 != 0) {
        throw new IllegalArgumentException(
            "extents: " + lattice + " (expected: even extents, which the colouring needs)");
      }
    }
    int colours = 1 << d;
    colour = new int[lattice.sites()];
    rank = new int[lattice.sites()];
    members = new int[colours][lattice.sites() / colours];
    int[] filled = new int[colours];
    for (int site = 0; site < lattice.sites(); site++) {
      int c = 0;
      for (int axis = 0; axis < d; axis++) {
        c = 2 * c + lattice.coordinate(site, axis) % 2;
      }
      colour[site] = c;
      rank[site] = filled[c]++;
      members[c][rank[site]] = site;
    }
  }

  /** The lattice. */
  public Lattice lattice() {
    return lattice;
  }

  /** Number of colours, 2^D. */
  public int colours() {
    return members.length;
  }

  /** Number of sites of each colour. */
  public int sitesPerColour() {
    return members[0].length;
  }

  /** Colour of a site: the parities of its coordinates as bits, first axis highest. */
  public int colour(int site) {
    return colour[site];
  }

  /** Position of a site among those of its colour. */
  public int rank(int site) {
    return rank[site];
  }

  /** The n-th site of a colour. */
  public int site(int colour, int n) {
    return members[colour][n];
  }
}
