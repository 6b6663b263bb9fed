package org.fieldstream.kernels.machine.vector;

/** Two ops in one loop, with a result of each, that goes channel by channel. */
final class PairOp implements StripOp {
  private final Row row;
  private final int channels;
  private final Place first;
  private final Place second;
  private final Place a;
  private final Place b;
  private final Place c;

  /** The loop over neighbouring sites of a channel. */
  @FunctionalInterface
  interface Row {
    /**
     * Runs; m and p as of {@link TileOp#run}.
     *
     * @param first where the first op's output starts, the others alike
     * @param n number of sites
     */
    void run(float[] m, float[] p, int first, int second, int a, int b, int c, int n);
  }

  PairOp(Row row, int channels, Place first, Place second, Place a, Place b, Place c) {
    this.row = row;
    this.channels = channels;
    this.first = first;
    this.second = second;
    this.a = a;
    this.b = b;
    this.c = c;
  }

  @Override
  public void run(float[] m, float[] p, LaneKeys keys, int site, int sites) {
    for (int i = 0; i < channels; i++) {
      row.run(
          m,
          p,
          first.of(i, site),
          second.of(i, site),
          a.of(i, site),
          b.of(i, site),
          c.of(i, site),
          sites);
    }
  }
}
