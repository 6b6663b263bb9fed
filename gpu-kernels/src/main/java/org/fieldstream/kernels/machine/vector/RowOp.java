package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.W;

/** An op of one output and at most two inputs that goes channel by channel. */
final class RowOp implements StripOp {
  private final Row row;
  private final int channels;
  private final int all;
  private final Place out;
  private final Place a;
  private final Place b;

  /** Whether channels lie one behind the other: all sites of all channels are one loop. */
  private final boolean flat;

  /** The loop over neighbouring sites of a channel. */
  @FunctionalInterface
  interface Row {
    /**
     * Runs; m, p and keys as of {@link TileOp#run}.
     *
     * @param out where the output starts, a and b alike
     * @param e the first element as the op's definition counts them
     * @param n number of sites
     */
    void run(float[] m, float[] p, LaneKeys keys, int out, int a, int b, int e, int n);
  }

  /**
   * Binds.
   *
   * @param all sites that there are
   */
  RowOp(Row row, int channels, int all, Place out, Place a, Place b) {
    this.row = row;
    this.channels = channels;
    this.all = all;
    this.out = out;
    this.a = a;
    this.b = b;
    flat = isFlat(out) && isFlat(a) && isFlat(b);
  }

  private boolean isFlat(Place place) {
    return place.siteStep() == W && place.channelStep() == all * W;
  }

  @Override
  public void run(float[] m, float[] p, LaneKeys keys, int site, int sites) {
    if (flat && sites == all) {
      row.run(m, p, keys, out.at(), a.at(), b.at(), 0, channels * all);
      return;
    }
    for (int c = 0; c < channels; c++) {
      row.run(m, p, keys, out.of(c, site), a.of(c, site), b.of(c, site), c * all + site, sites);
    }
  }
}
