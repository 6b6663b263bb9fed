package org.fieldstream.client.cli;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The header of a numpy {@code .npy} file, version 1.0, C order, of fixed length so that it can be
 * rewritten when the number of items is known: NumPy Enhancement Proposal 1, "A Simple File Format
 * for NumPy Arrays".
 */
final class NpyHeader {
  /** Bytes before the data: a multiple of 64 with room for any shape of up to six extents. */
  static final int LENGTH = 256;

  private static final int PREAMBLE = 10;

  private NpyHeader() {}

  /**
   * The header of a whole file.
   *
   * @param type number format
   * @param items number of items, the first extent
   * @param itemShape the further extents
   * @return {@link #LENGTH} bytes
   */
  static ByteBuffer of(NpyType type, long items, List<Integer> itemShape) {
    StringBuilder shape = new StringBuilder("(").append(items).append(',');
    for (int extent : itemShape) {
      shape.append(' ').append(extent).append(',');
    }
    String dictionary =
        "{'descr': '"
            + type.descr()
            + "', 'fortran_order': False, 'shape': "
            + shape.append(')')
            + ", }";
    int room = LENGTH - PREAMBLE - 1;
    if (dictionary.length() > room) {
      throw new IllegalArgumentException(
          "shape: " + itemShape + " (expected: a header of at most " + room + " characters)");
    }
    String padded = dictionary + " ".repeat(room - dictionary.length()) + "\n";
    ByteBuffer header = ByteBuffer.allocate(LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    header.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    header.put((byte) 1).put((byte) 0).putShort((short) (LENGTH - PREAMBLE));
    header.put(padded.getBytes(StandardCharsets.US_ASCII));
    return header.flip();
  }

  /** What stands in the header's place while the file is not whole: nothing a reader accepts. */
  static ByteBuffer unfinished() {
    ByteBuffer header = ByteBuffer.allocate(LENGTH);
    header.put("INCOMPLETE ".getBytes(StandardCharsets.US_ASCII));
    return header.rewind();
  }
}
