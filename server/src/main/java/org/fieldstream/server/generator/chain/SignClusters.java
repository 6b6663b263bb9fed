package org.fieldstream.server.generator.chain;

import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.random.Philox;
import org.fieldstream.server.theory.Phi4;

/**
 * Turns the signs of whole clusters: sites joined by active bonds are one cluster, and each cluster
 * takes a new sign at random, all its sites together. Given the bonds all signs are equally likely,
 * so this is a heat bath for them; see {@link BondProgram} for the weight.
 *
 * <p>Clusters are found by union and find over one scan of the bonds, roots being the smallest
 * sites (J. Hoshen, R. Kopelman, Phys. Rev. B 14 (1976) 3438). Not thread-safe: scratch arrays.
 */
final class SignClusters {
  /** The draw of the signs' random bits; bonds use the one before. */
  private static final int DRAW = 5;

  private static final int BLOCK_BITS = 128;

  private final Lattice lattice;
  private final double hopping;
  private final int sites;

  /** Extent of the axis that runs fastest. */
  private final int row;

  /** The site's parent in its cluster's tree, itself for a root; then the root. */
  private final int[] parent;

  /** A random bit for each site; that of a cluster's root is the cluster's. */
  private final int[] bits;

  private final int[] block = new int[4];

  SignClusters(Phi4 phi4) {
    lattice = phi4.lattice();
    hopping = phi4.hopping();
    sites = lattice.sites();
    row = lattice.extent(lattice.dimensions() - 1);
    parent = new int[sites];
    bits = new int[(sites + BLOCK_BITS - 1) / BLOCK_BITS * 4];
  }

  /**
   * Gives every cluster of a configuration a new sign.
   *
   * @param fields configurations {@code [n][V]}; this one is modified
   * @param offset first value of the configuration
   * @param margins {@code [D][V]} of this configuration, positive where a bond is active; not
   *     modified
   * @param marginOffset first of its margins
   * @param seed key of the random bits
   * @param index counter of the random bits
   * @return change of the action
   */
  double turn(
      float[] fields, int offset, float[] margins, int marginOffset, long seed, long index) {
    join(margins, marginOffset);
    draw(seed, index);
    return flip(fields, offset);
  }

  private void join(float[] margins, int from) {
    int last = lattice.dimensions() - 1;
    joinRows(margins, from + last * sites);
    for (int axis = last - 1; axis >= 0; axis--) {
      int stride = lattice.stride(axis);
      int block = stride * lattice.extent(axis);
      int bonds = from + axis * sites;
      for (int start = 0; start < sites; start += block) {
        int wrap = start + block - stride;
        joinAll(margins, bonds, start, wrap, stride);
        joinAll(margins, bonds, wrap, start + block, stride - block);
      }
    }
    // Roots are the smallest sites of their clusters, so one pass upwards makes all trees flat.
    for (int x = 0; x < sites; x++) {
      parent[x] = parent[parent[x]];
    }
  }

  /** Joins along the axis that runs fastest; the trees of the rows are flat, wrap-around aside. */
  private void joinRows(float[] margins, int bonds) {
    for (int start = 0; start < sites; start += row) {
      int root = start;
      parent[start] = start;
      for (int x = start + 1; x < start + row; x++) {
        root = margins[bonds + x - 1] > 0 ? root : x;
        parent[x] = root;
      }
      if (margins[bonds + start + row - 1] > 0) {
        unite(start, start + row - 1);
      }
    }
  }

  private void joinAll(float[] margins, int bonds, int start, int end, int step) {
    for (int x = start; x < end; x++) {
      if (margins[bonds + x] > 0) {
        unite(x, x + step);
      }
    }
  }

  private void unite(int x, int y) {
    int a = parent[x];
    int b = parent[y];
    if (a == b) {
      return;
    }
    a = root(a);
    b = root(b);
    int least = Math.min(a, b);
    parent[a] = least;
    parent[b] = least;
    parent[x] = least;
    parent[y] = least;
  }

  private int root(int x) {
    int at = x;
    while (parent[at] != at) {
      parent[at] = parent[parent[at]];
      at = parent[at];
    }
    return at;
  }

  private void draw(long seed, long index) {
    for (int i = 0; i < bits.length; i += 4) {
      Philox.block(i / 4, DRAW, index, seed, block);
      System.arraycopy(block, 0, bits, i, 4);
    }
  }

  /** The sign bit of a site's cluster, where a float has its own. */
  private int sign(int site) {
    int root = parent[site];
    return bits[root >>> 5] << root & Integer.MIN_VALUE;
  }

  /** S changes where a bond's ends turn differently: by 4 kappa phi_x phi_y before. */
  private double flip(float[] fields, int offset) {
    double before = neighbours(fields, offset);
    for (int x = 0; x < sites; x++) {
      int at = offset + x;
      fields[at] = Float.intBitsToFloat(Float.floatToRawIntBits(fields[at]) ^ sign(x));
    }
    return 2 * hopping * (before - neighbours(fields, offset));
  }

  /** sum_x sum_mu phi_x phi_{x+mu}. */
  private double neighbours(float[] fields, int offset) {
    double sum = 0;
    for (int axis = 0; axis < lattice.dimensions(); axis++) {
      int stride = lattice.stride(axis);
      int block = stride * lattice.extent(axis);
      for (int start = offset; start < offset + sites; start += block) {
        int wrap = start + block - stride;
        sum += products(fields, start, wrap, stride);
        sum += products(fields, wrap, start + block, stride - block);
      }
    }
    return sum;
  }

  private static double products(float[] fields, int start, int end, int step) {
    // Four sums, for one would wait for each of its additions.
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int x = start;
    for (; x < end - 3; x += 4) {
      a += (double) fields[x] * fields[x + step];
      b += (double) fields[x + 1] * fields[x + 1 + step];
      c += (double) fields[x + 2] * fields[x + 2 + step];
      d += (double) fields[x + 3] * fields[x + 3 + step];
    }
    for (; x < end; x++) {
      a += (double) fields[x] * fields[x + step];
    }
    return a + b + (c + d);
  }
}
