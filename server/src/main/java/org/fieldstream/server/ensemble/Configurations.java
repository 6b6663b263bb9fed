package org.fieldstream.server.ensemble;

import java.nio.ByteBuffer;
import org.fieldstream.server.session.Precision;

/**
 * Some configurations of an ensemble, next to each other in Monte Carlo order.
 *
 * @param first place of the first in the ensemble
 * @param count how many; 0 at the end
 * @param precision number format of the bytes
 * @param bytes {@code [count][components][L0][L1]...}, little-endian
 */
public record Configurations(int first, int count, Precision precision, ByteBuffer bytes) {
  /** Field values in binary32; a new array. */
  public float[] floats() {
    return FieldValues.floats(bytes, precision);
  }
}
