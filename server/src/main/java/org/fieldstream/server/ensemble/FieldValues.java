package org.fieldstream.server.ensemble;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.fieldstream.server.session.Precision;

/** Field values as bytes and as numbers. */
final class FieldValues {
  private FieldValues() {}

  /**
   * Values in binary32; binary64 ones are rounded.
   *
   * @param bytes little-endian, all of them from its start; not modified
   */
  static float[] floats(ByteBuffer bytes, Precision precision) {
    if (precision == Precision.FLOAT64) {
      double[] exact = doubles(bytes);
      float[] values = new float[exact.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) exact[i];
      }
      return values;
    }
    float[] values = new float[bytes.capacity() / Float.BYTES];
    view(bytes).asFloatBuffer().get(values);
    return values;
  }

  /** Binary64 values. */
  static double[] doubles(ByteBuffer bytes) {
    double[] values = new double[bytes.capacity() / Double.BYTES];
    view(bytes).asDoubleBuffer().get(values);
    return values;
  }

  /** CRC-32C of a part. */
  static int crc32c(ByteBuffer bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate().clear().position(from).limit(from + length));
    return (int) crc.getValue();
  }

  private static ByteBuffer view(ByteBuffer bytes) {
    return bytes.duplicate().clear().order(ByteOrder.LITTLE_ENDIAN);
  }
}
