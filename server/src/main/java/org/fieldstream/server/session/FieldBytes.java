package org.fieldstream.server.session;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Field values of a message: little-endian, C order, one configuration after the other. The
 * device's thread writes them and hands them on; who has them last gives their memory back.
 */
public final class FieldBytes {
  /** No values. */
  public static final FieldBytes NONE = of(new byte[0]);

  private final Precision precision;
  private final int size;
  private final DirectMemory.Piece memory;
  private final ByteBuffer out;

  private FieldBytes(Precision precision, int size, DirectMemory.Piece memory) {
    this.precision = precision;
    this.size = size;
    this.memory = memory;
    this.out = memory.bytes();
  }

  /** Room for {@code count} configurations of {@code size} values. */
  static FieldBytes room(Precision precision, int size, int count) {
    int bytes = Math.multiplyExact(count, Math.multiplyExact(size, precision.bytes()));
    return new FieldBytes(precision, size, DirectMemory.SHARED.take(bytes));
  }

  /** Values that are there already, copied. They stay as they are when they are given back. */
  public static FieldBytes of(byte[] values) {
    return new FieldBytes(Precision.FLOAT32, 0, DirectMemory.lasting(values));
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

  /** How many bytes. */
  public int length() {
    return memory.size();
  }

  /** The bytes; not copied. */
  public ByteBuffer bytes() {
    return memory.bytes();
  }

  /** CRC-32C over the bytes; 0 where there are none. */
  int crc32c() {
    CRC32C crc = new CRC32C();
    crc.update(memory.bytes());
    return (int) crc.getValue();
  }

  /** Nobody reads them any more. */
  public void giveBack() {
    memory.giveBack();
  }
}
