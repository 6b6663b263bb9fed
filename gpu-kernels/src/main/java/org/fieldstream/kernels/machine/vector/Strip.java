package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.W;

import java.util.List;

/** Ops of a group, all of them on a strip of sites before the next strip. */
final class Strip implements TileOp {
  /**
   * Bytes that a strip may touch. That is more than a first-level cache holds: loops over fewer
   * sites than 64 cost more at their ends than the nearest cache saves.
   */
  private static final int CACHE = 96 << 10;

  private static final int LONGEST = 128;
  private static final int SHORTEST = 32;

  private final StripOp[] ops;
  private final int sites;
  private final int length;

  /**
   * Binds.
   *
   * @param sites all there are
   * @param length sites of a strip, a multiple of four
   */
  Strip(List<StripOp> ops, int sites, int length) {
    this.ops = ops.toArray(StripOp[]::new);
    this.sites = sites;
    this.length = length;
  }

  /**
   * Sites of a strip: few enough for what a group touches to stay in a near cache, enough for the
   * calls not to count.
   *
   * @param rows channels of all values that the group reads and writes
   */
  static int length(int rows) {
    int most = CACHE / (4 * W * rows);
    int length = LONGEST;
    while (length > SHORTEST && length > most) {
      length /= 2;
    }
    return length;
  }

  @Override
  public void prepare(float[] p) {
    for (StripOp op : ops) {
      op.prepare(p);
    }
  }

  @Override
  public void run(float[] m, float[] p, LaneKeys keys) {
    for (int site = 0; site < sites; site += length) {
      int n = Math.min(length, sites - site);
      for (StripOp op : ops) {
        op.run(m, p, keys, site, n);
      }
    }
  }
}
