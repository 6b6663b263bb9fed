package org.fieldstream.kernels.machine.vector;

/** One op on one tile. */
interface TileOp {
  /**
   * Once for each run, before any tile: arranges parameters as the op reads them.
   *
   * @param p parameters and constants, not modified, then the op's own place
   */
  default void prepare(float[] p) {}

  /**
   * @param m the tile's arena, {@code [element][lane]}; modified
   * @param p parameters, constants, then what ops have prepared; not modified
   * @param keys seeds and indices of the tile's lanes
   */
  void run(float[] m, float[] p, LaneKeys keys);
}
