package org.fieldstream.server.live;

import org.jspecify.annotations.Nullable;

/**
 * Takes one configuration's field whenever somebody has asked for one, and lets the others pass at
 * the cost of a volatile read. The device's thread offers, another one asks.
 */
final class FieldTap {
  private final LookMaker maker;
  private volatile boolean wanted;
  private volatile @Nullable Look last;

  FieldTap(LookMaker maker) {
    this.maker = maker;
  }

  /** The next configuration; see {@link LookMaker#of}. */
  void offer(long index, float[] fields, float[][] levels, int offset) {
    if (wanted) {
      wanted = false;
      last = maker.of(index, fields, levels, offset);
    }
  }

  /** The last look taken, null if none was, and asks for another. */
  @Nullable Look next() {
    wanted = true;
    return last;
  }

  /** Asks for none, and drops the last. */
  void forget() {
    wanted = false;
    last = null;
  }
}
