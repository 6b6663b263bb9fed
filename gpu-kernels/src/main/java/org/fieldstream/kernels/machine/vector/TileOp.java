package org.fieldstream.kernels.machine.vector;

/** One op on one tile. */
interface TileOp {
  /**
   * @param m the tile's arena, {@code [element][lane]}; modified
   * @param p parameters, then constants; not modified
   * @param keys seeds and indices of the tile's lanes
   */
  void run(float[] m, float[] p, LaneKeys keys);
}
