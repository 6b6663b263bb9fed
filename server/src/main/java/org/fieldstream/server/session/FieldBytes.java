package org.fieldstream.server.session;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Field values of a message: little-endian, C order, one configuration after the other. */
final class FieldBytes {
  /** No values. */
  static final FieldBytes NONE = new FieldBytes(Precision.FLOAT32, 0, 0);

  private final Precision precision;
  private final int size;
  private final byte[] bytes;
  private final ByteBuffer out;

  /** Room for {@code count} configurations of {@code size} values. */
  FieldBytes(Precision precision, int size, int count) {
    this.precision = precision;
    this.size = size;
    bytes = new byte[Math.multiplyExact(count, Math.multiplyExact(size, precision.bytes()))];
    out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Writes configuration {@code k}.
   *
   * @param values a device batch; not modified
   * @param offset the configuration's first value there
   */
  void put(int k, float[] values, int offset) {
    out.position(k * size * precision.bytes());
    switch (precision) {
      case FLOAT32 -> out.asFloatBuffer().put(values, offset, size);
      case FLOAT64 -> {
        for (int i = 0; i < size; i++) {
          out.putDouble(values[offset + i]);
        }
      }
    }
  }

  /** The bytes; not copied. */
  byte[] bytes() {
    return bytes;
  }

  /** CRC-32C over the bytes; 0 where there are none. */
  int crc32c() {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    return (int) crc.getValue();
  }
}
