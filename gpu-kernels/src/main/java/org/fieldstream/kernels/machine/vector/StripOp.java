package org.fieldstream.kernels.machine.vector;

/** One op on neighbouring sites of one tile. */
interface StripOp {
  /** Once for each run, as {@link TileOp#prepare}. */
  default void prepare(float[] p) {}

  /**
   * Parameters as of {@link TileOp#run}.
   *
   * @param site the first site
   * @param sites how many
   */
  void run(float[] m, float[] p, LaneKeys keys, int site, int sites);
}
