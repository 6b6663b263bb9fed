package org.fieldstream.server.session;

/** Number format of field values in a message; IEEE 754, little-endian. */
public enum Precision {
  /** binary32. */
  FLOAT32(4),
  /** binary64; values of a float32 machine are widened, which is exact. */
  FLOAT64(8);

  private final int bytes;

  Precision(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one value. */
  public int bytes() {
    return bytes;
  }
}
