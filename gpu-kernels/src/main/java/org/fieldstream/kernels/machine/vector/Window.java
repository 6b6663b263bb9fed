package org.fieldstream.kernels.machine.vector;

/**
 * What a convolution reads for one output site: {@link #terms} vectors of lanes, input channel by
 * input channel. Term j of the i-th site of a group lies at {@code at + i W + offsets[row + j]} of
 * the arena.
 */
interface Window {
  /** Sites of a group, at most. */
  int GROUP = 3;

  /** Vectors read for a site. */
  int terms();

  /** Offsets in floats, row behind row. */
  int[] offsets();

  /** Start of a group of neighbouring sites, given its first position. */
  int at(int first);

  /**
   * The row of a site.
   *
   * @param first position of the group's first site
   * @param i which site of the group
   */
  int row(int first, int i);

  /** Makes ready what is read for a group of sites; m is modified where that needs scratch. */
  void fill(float[] m, int first, int count);
}
