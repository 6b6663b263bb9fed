package org.fieldstream.kernels.machine.vector;

/**
 * What a convolution reads for one output site: {@link #terms} vectors of lanes, input channel by
 * input channel. Term j of a site lies at {@code at + offsets[row + j]} of the arena.
 */
interface Window {
  /** Vectors read for a site. */
  int terms();

  /** Offsets in floats, row behind row. */
  int[] offsets();

  /** Start of a group of neighbouring sites, given the first. */
  int at(int first);

  /**
   * The row of a site.
   *
   * @param position the site's position in its group, 0 to 2; offsets count from one vector behind
   *     the group's start for each position
   */
  int row(int site, int position);

  /** Makes ready what is read for a group of sites; m is modified where that needs scratch. */
  void fill(float[] m, int first, int count);
}
