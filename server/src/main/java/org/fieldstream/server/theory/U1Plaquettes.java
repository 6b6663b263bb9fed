package org.fieldstream.server.theory;

import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;

/**
 * Plaquette angles of link angles on a two-dimensional lattice, and links of plaquettes:
 *
 * <pre>
 * theta_x = theta_0(x) + theta_1(x + 0) - theta_0(x + 1) - theta_1(x).
 * </pre>
 *
 * Immutable.
 */
public final class U1Plaquettes {
  private final int rows;
  private final int columns;
  private final int sites;

  /** Sources of the plaquettes' links, two of each sign, {@code [x * 2 + k]}. */
  private final int[] plus;

  private final int[] minus;

  /** The plaquette that a link is in with sign + and -, {@code [mu * V + x]}. */
  private final int[] with;

  private final int[] against;

  U1Plaquettes(Lattice lattice) {
    rows = lattice.extent(0);
    columns = lattice.extent(1);
    sites = lattice.sites();
    plus = new int[2 * sites];
    minus = new int[2 * sites];
    with = new int[2 * sites];
    against = new int[2 * sites];
    for (int x = 0; x < sites; x++) {
      plus[2 * x] = x;
      plus[2 * x + 1] = sites + below(x);
      minus[2 * x] = right(x);
      minus[2 * x + 1] = sites + x;
      with[x] = x;
      against[right(x)] = x;
      with[sites + below(x)] = x;
      against[sites + x] = x;
    }
  }

  /** x + 0. */
  private int below(int x) {
    return x + columns < sites ? x + columns : x + columns - sites;
  }

  /** x + 1. */
  private int right(int x) {
    return (x + 1) % columns == 0 ? x + 1 - columns : x + 1;
  }

  /** Adds the plaquette angles, not wrapped, {@code [1][V]}, to a program. */
  public Value of(ProgramBuilder b, Value theta) {
    return b.sub(b.gather(theta, 1, sites, 2, plus), b.gather(theta, 1, sites, 2, minus));
  }

  /**
   * Adds what plaquettes give to their links, {@code [2][V]}, to a program: the transpose of {@link
   * #of}.
   */
  public Value links(ProgramBuilder b, Value each) {
    return b.sub(b.gather(each, 2, sites, 1, with), b.gather(each, 2, sites, 1, against));
  }

  /** The plaquette of which a link is part with sign +. */
  int with(int mu, int x) {
    return with[mu * sites + x];
  }

  /** The plaquette of which a link is part with sign -. */
  int against(int mu, int x) {
    return against[mu * sites + x];
  }

  /**
   * A plaquette angle, not wrapped.
   *
   * @param fields configurations {@code [n][2][V]}; not modified
   * @param offset first value of the configuration
   * @param x site
   */
  public double angle(float[] fields, int offset, int x) {
    return (double) fields[offset + plus[2 * x]]
        + fields[offset + plus[2 * x + 1]]
        - fields[offset + minus[2 * x]]
        - fields[offset + minus[2 * x + 1]];
  }

  /** A plaquette angle, not wrapped, of links in double. */
  public double angle(double[] fields, int offset, int x) {
    return fields[offset + plus[2 * x]]
        + fields[offset + plus[2 * x + 1]]
        - fields[offset + minus[2 * x]]
        - fields[offset + minus[2 * x + 1]];
  }

  /**
   * Links with given plaquettes, up to multiples of 2 pi: those along axis 0 are 0 but for the last
   * row, both straight loops through the origin are 0.
   *
   * @param plaquettes angles {@code [V]} whose sum is a multiple of 2 pi; not modified
   * @param links receives {@code [2][V]}, not wrapped; modified
   */
  public void links(double[] plaquettes, double[] links) {
    int last = sites - columns;
    for (int x = 0; x < last; x++) {
      links[x] = 0;
    }
    // Down each column: theta_1(x + 0) = theta_1(x) + theta_x, for theta_0 is 0 there.
    for (int j = 0; j < columns; j++) {
      links[sites + j] = 0;
    }
    for (int x = 0; x < last; x++) {
      links[sites + x + columns] = links[sites + x] + plaquettes[x];
    }
    // Along the last row, where theta_1(x + 0) is 0 again.
    links[last] = 0;
    for (int x = last; x < sites - 1; x++) {
      links[x + 1] = links[x] - links[sites + x] - plaquettes[x];
    }
  }

  /** Extent of axis 0. */
  public int rows() {
    return rows;
  }

  /** Extent of axis 1. */
  public int columns() {
    return columns;
  }
}
