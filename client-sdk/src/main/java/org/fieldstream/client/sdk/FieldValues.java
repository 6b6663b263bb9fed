package org.fieldstream.client.sdk;

import com.google.protobuf.ByteString;
import java.nio.ByteOrder;
import org.fieldstream.v1.DType;

/**
 * Field values of a message.
 *
 * @param dtype their type
 * @param bytes the values, little-endian
 */
record FieldValues(DType dtype, ByteString bytes) {
  /** The values as a new array, rounded where they are wider. */
  float[] floats() {
    if (dtype == DType.DTYPE_FLOAT64) {
      double[] wide = doubles();
      float[] values = new float[wide.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) wide[i];
      }
      return values;
    }
    float[] values = new float[bytes.size() / Float.BYTES];
    bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  /** The values in double precision, a new array. */
  double[] doubles() {
    if (dtype != DType.DTYPE_FLOAT64) {
      float[] narrow = floats();
      double[] values = new double[narrow.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = narrow[i];
      }
      return values;
    }
    double[] values = new double[bytes.size() / Double.BYTES];
    bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(values);
    return values;
  }
}
