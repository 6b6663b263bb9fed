package org.fieldstream.server.ensemble.format;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An array in a numpy {@code .npy} file: NumPy Enhancement Proposal 1, "A Simple File Format for
 * NumPy Arrays". Little-endian numbers in C order only.
 */
final class NpyArray implements AutoCloseable {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int ALIGNMENT = 64;
  private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([^)]*)\\)");

  private final Path path;
  private final FileChannel file;
  private final String descr;
  private final List<Integer> shape;
  private final long start;

  private NpyArray(Path path, FileChannel file, String descr, List<Integer> shape, long start) {
    this.path = path;
    this.file = file;
    this.descr = descr;
    this.shape = List.copyOf(shape);
    this.start = start;
  }

  /**
   * Begins a file; the array's bytes are to follow.
   *
   * @param descr number format, for example {@code <f4}
   */
  static FileChannel create(Path path, String descr, List<Integer> shape) throws IOException {
    String extents = shape.stream().map(n -> n + ",").collect(Collectors.joining(" "));
    String dictionary =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }".formatted(descr, extents);
    int length = MAGIC.length + 4 + dictionary.length() + 1;
    int padding = (ALIGNMENT - length % ALIGNMENT) % ALIGNMENT;
    ByteBuffer header = ByteBuffer.allocate(length + padding).order(ByteOrder.LITTLE_ENDIAN);
    header.put(MAGIC).put((byte) 1).put((byte) 0);
    header.putShort((short) (dictionary.length() + padding + 1));
    header.put((dictionary + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII));
    FileChannel file =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    write(file, header.flip());
    return file;
  }

  /** Writes all of a buffer. */
  static void write(FileChannel file, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }

  /**
   * Opens a file.
   *
   * @throws IllegalArgumentException if it is no such array
   */
  static NpyArray open(Path path) throws IOException {
    FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
    try {
      ByteBuffer preamble = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
      read(file, preamble, 0);
      byte[] magic = new byte[MAGIC.length];
      preamble.flip().get(magic);
      int version = preamble.get();
      preamble.get();
      if (!Arrays.equals(magic, MAGIC) || version < 1 || version > 3) {
        throw bad(path, "no array", "a numpy .npy file of version 1 to 3");
      }
      int length = version == 1 ? Short.toUnsignedInt(preamble.getShort()) : preamble.getInt();
      int start = version == 1 ? 10 : 12;
      if (length < 0 || length > 1 << 16) {
        throw bad(path, "a header of " + length + " bytes", "fewer");
      }
      ByteBuffer header = ByteBuffer.allocate(length);
      read(file, header, start);
      String text = new String(header.array(), StandardCharsets.UTF_8);
      if (!"False".equals(part(path, text, ORDER))) {
        throw bad(path, "Fortran order", "C order; numpy.ascontiguousarray makes it");
      }
      List<Integer> shape =
          Arrays.stream(part(path, text, SHAPE).split(","))
              .map(String::strip)
              .filter(s -> !s.isEmpty())
              .map(Integer::valueOf)
              .toList();
      return new NpyArray(path, file, part(path, text, DESCR), shape, (long) start + length);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static String part(Path path, String header, Pattern pattern) {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw bad(path, "a header without " + pattern, "a numpy .npy file");
    }
    return matcher.group(1);
  }

  private static void read(FileChannel file, ByteBuffer into, long position) throws IOException {
    long at = position;
    while (into.hasRemaining()) {
      int read = file.read(into, at);
      if (read < 0) {
        throw new EOFException("ends at byte " + at);
      }
      at += read;
    }
  }

  /** Number format, for example {@code <f4}. */
  String descr() {
    return descr;
  }

  List<Integer> shape() {
    return shape;
  }

  /** Some bytes of the array, little-endian. */
  ByteBuffer bytes(long first, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    try {
      read(file, bytes, start + first);
    } catch (EOFException e) {
      throw bad(path, String.valueOf(e.getMessage()), "all of shape " + shape);
    }
    return bytes.flip();
  }

  /** A vector of n numbers, its bytes. */
  ByteBuffer vector(String format, int width, int n) throws IOException {
    if (!descr.equals(format) || !shape.equals(List.of(n))) {
      throw bad(path, descr + " of shape " + shape, format + " of shape [" + n + "]");
    }
    return bytes(0, Math.multiplyExact(n, width));
  }

  static IllegalArgumentException bad(Path path, String value, String expected) {
    return new IllegalArgumentException(path + ": " + value + " (expected: " + expected + ")");
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
