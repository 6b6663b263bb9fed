package org.fieldstream.client.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads .npy 1.0 files as the format's definition says, sharing nothing with the writer.
 *
 * @param descr numpy's name of the number format
 * @param shape all extents
 * @param values all values, C order, as doubles
 */
public record NpyReader(String descr, long[] shape, double[] values) {
  private static final Pattern HEADER =
      Pattern.compile(
          "\\{'descr': '([^']+)', 'fortran_order': (True|False), 'shape': \\(([^)]*)\\), \\} *\n");

  public static NpyReader read(Path path) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[6];
    bytes.get(magic);
    if (!Arrays.equals(magic, new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'})) {
      throw new IOException(path + ": not an npy file");
    }
    int version = bytes.getShort();
    if (version != 1) {
      throw new IOException(path + ": version bytes " + version);
    }
    int length = Short.toUnsignedInt(bytes.getShort());
    if ((length + 10) % 64 != 0) {
      throw new IOException(path + ": header of " + length + " bytes is not aligned");
    }
    byte[] text = new byte[length];
    bytes.get(text);
    Matcher header = HEADER.matcher(new String(text, StandardCharsets.US_ASCII));
    if (!header.matches() || header.group(2).equals("True")) {
      throw new IOException(path + ": header " + new String(text, StandardCharsets.US_ASCII));
    }
    long[] shape =
        Arrays.stream(header.group(3).split(","))
            .map(String::strip)
            .filter(extent -> !extent.isEmpty())
            .mapToLong(Long::parseLong)
            .toArray();
    double[] values = new double[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (header.group(1)) {
            case "<f4" -> bytes.getFloat();
            case "<f8" -> bytes.getDouble();
            case "|b1" -> bytes.get();
            default -> throw new IOException(path + ": descr " + header.group(1));
          };
    }
    if (bytes.hasRemaining()) {
      throw new IOException(path + ": " + bytes.remaining() + " bytes too many");
    }
    return new NpyReader(header.group(1), shape, values);
  }
}
