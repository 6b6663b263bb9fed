package org.fieldstream.server.live;

import org.jspecify.annotations.Nullable;

/**
 * Takes one configuration's field whenever somebody has asked for one, and lets the others pass at
 * the cost of a volatile read. The device's thread offers, another one asks.
 */
final class FieldTap {
  private final FieldSlice slice;
  private volatile boolean wanted;
  private volatile @Nullable FieldPicture last;

  FieldTap(FieldSlice slice) {
    this.slice = slice;
  }

  /** The next configuration; see {@link FieldSlice#of}. */
  void offer(long index, float[] fields, int offset) {
    if (wanted) {
      wanted = false;
      last = slice.of(index, fields, offset);
    }
  }

  /** The last picture taken, null if none was, and asks for another. */
  @Nullable FieldPicture next() {
    wanted = true;
    return last;
  }

  /** Asks for none, and drops the last. */
  void forget() {
    wanted = false;
    last = null;
  }
}
