package org.fieldstream.client.sdk;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC-32C of bytes where they lie; those of a read-only buffer the JDK would copy first. */
final class Checksum extends ByteOutput {
  private final CRC32C crc = new CRC32C();

  private Checksum() {}

  /** The checksum of a message's field values. */
  static int of(ByteString bytes) {
    Checksum sum = new Checksum();
    try {
      UnsafeByteOperations.unsafeWriteTo(bytes, sum);
    } catch (IOException e) {
      throw new IllegalStateException("checksum: cannot fail", e);
    }
    return (int) sum.crc.getValue();
  }

  @Override
  public void write(byte value) {
    crc.update(value);
  }

  @Override
  public void write(byte[] value, int offset, int length) {
    crc.update(value, offset, length);
  }

  @Override
  public void writeLazy(byte[] value, int offset, int length) {
    crc.update(value, offset, length);
  }

  @Override
  public void write(ByteBuffer value) {
    crc.update(value);
  }

  @Override
  public void writeLazy(ByteBuffer value) {
    crc.update(value);
  }
}
