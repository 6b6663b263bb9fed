package org.fieldstream.client.cli;

/** Number formats of the arrays written. */
enum NpyType {
  FLOAT32("<f4", 4),
  FLOAT64("<f8", 8),
  BOOL("|b1", 1);

  private final String descr;
  private final int bytes;

  NpyType(String descr, int bytes) {
    this.descr = descr;
    this.bytes = bytes;
  }

  /** The type as numpy's {@code descr}. */
  String descr() {
    return descr;
  }

  /** Bytes of one value. */
  int bytes() {
    return bytes;
  }
}
