package org.fieldstream.server.ensemble;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What the index keeps of a configuration. On disk {@value #BYTES} bytes, little-endian:
 *
 * <pre>
 *   0 u64 configuration id    16 f64 action       32 u32 0
 *   8 u32 replica             24 f64 log weight   36 u32 CRC-32C of bytes 0 to 35
 *  12 u32 CRC-32C of fields
 * </pre>
 *
 * @param id Monte Carlo time in the replica, unsigned
 * @param replica the chain, unsigned
 * @param crc32c checksum of the configuration's bytes in {@code fields.bin}
 * @param action S, as recomputed by the server
 * @param logWeight log weight (nats); 0 where the ensemble has none
 */
record IndexRecord(long id, int replica, int crc32c, double action, double logWeight) {
  static final int BYTES = 40;
  private static final int CHECKED = 36;

  /** Appends the record to a little-endian buffer. */
  void write(ByteBuffer into) {
    int start = into.position();
    into.putLong(id).putInt(replica).putInt(crc32c).putDouble(action).putDouble(logWeight);
    into.putInt(0);
    into.putInt(check(into, start));
  }

  /** Whether the record at a place of a little-endian buffer is whole. */
  static boolean isWhole(ByteBuffer from, int start) {
    return from.getInt(start + CHECKED) == check(from, start);
  }

  /** Reads the record at a place of a little-endian buffer. */
  static IndexRecord read(ByteBuffer from, int start) {
    return new IndexRecord(
        from.getLong(start),
        from.getInt(start + 8),
        from.getInt(start + 12),
        from.getDouble(start + 16),
        from.getDouble(start + 24));
  }

  private static int check(ByteBuffer buffer, int start) {
    CRC32C crc = new CRC32C();
    crc.update(buffer.duplicate().position(start).limit(start + CHECKED));
    return (int) crc.getValue();
  }
}
