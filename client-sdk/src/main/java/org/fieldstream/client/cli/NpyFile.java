package org.fieldstream.client.cli;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * One array on its way to disk. Until it is whole it lies beside its place as {@code NAME.partial},
 * without a valid header, so that neither name nor content can be taken for a whole array; {@link
 * #finish} writes the header and then renames in one step.
 *
 * <p>Not thread-safe.
 */
final class NpyFile implements Closeable {
  private final Path path;
  private final NpyType type;
  private final List<Integer> itemShape;
  private final long itemBytes;
  private final FileChannel channel;
  private boolean whole;

  private NpyFile(
      Path path, NpyType type, List<Integer> itemShape, FileChannel channel, boolean whole) {
    this.path = path;
    this.type = type;
    this.itemShape = List.copyOf(itemShape);
    this.channel = channel;
    this.whole = whole;
    this.itemBytes = itemBytes(type, itemShape);
  }

  /** Where the bytes lie until the array is whole. */
  static Path partial(Path path) {
    return path.resolveSibling(path.getFileName() + ".partial");
  }

  /**
   * Begins an array, over the remains of an earlier one.
   *
   * @param path where the whole array shall be
   * @param itemShape extents of one item; empty for one number an item
   */
  static NpyFile create(Path path, NpyType type, List<Integer> itemShape) throws IOException {
    FileChannel channel =
        FileChannel.open(
            partial(path),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    lock(channel, path);
    // Only now that it is ours.
    channel.truncate(0);
    writeFully(channel, NpyHeader.unfinished());
    return new NpyFile(path, type, itemShape, channel, false);
  }

  /**
   * Goes on with an array; what was written after the first {@code items} is cut off. One that was
   * already renamed when the program was killed is opened as it is.
   *
   * @throws IOException where it is missing or shorter than that
   */
  static NpyFile reopen(Path path, NpyType type, List<Integer> itemShape, long items)
      throws IOException {
    boolean whole = !Files.exists(partial(path)) && Files.exists(path);
    Path file = whole ? path : partial(path);
    if (!Files.exists(file)) {
      throw new IOException(file + ": missing (expected: the " + items + " configurations so far)");
    }
    long length = NpyHeader.LENGTH + items * itemBytes(type, itemShape);
    long found = Files.size(file);
    if (found < length) {
      throw new IOException(file + ": " + found + " bytes (expected: at least " + length + ")");
    }
    FileChannel channel =
        whole
            ? FileChannel.open(file, StandardOpenOption.READ)
            : FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    if (!whole) {
      lock(channel, path);
      channel.truncate(length);
      channel.position(length);
    }
    return new NpyFile(path, type, itemShape, channel, whole);
  }

  /** Number of items written. */
  long items() throws IOException {
    return (channel.size() - NpyHeader.LENGTH) / itemBytes;
  }

  /**
   * Appends items.
   *
   * @param bytes whole items in the file's number format, little-endian; consumed
   */
  void append(ByteBuffer bytes) throws IOException {
    append(List.of(bytes));
  }

  /** Appends whole items that lie in pieces. */
  void append(List<ByteBuffer> pieces) throws IOException {
    long length = pieces.stream().mapToLong(ByteBuffer::remaining).sum();
    if (whole || length % itemBytes != 0) {
      throw new IllegalArgumentException(
          "bytes: "
              + length
              + " for "
              + path
              + " (expected: whole items of "
              + itemBytes
              + " bytes, before the array is finished)");
    }
    for (ByteBuffer piece : pieces) {
      writeFully(channel, piece);
    }
  }

  /**
   * Reads items back; the place to append is not changed.
   *
   * @param first index of the first
   * @param into filled with as many whole items as it has room for
   */
  void read(long first, ByteBuffer into) throws IOException {
    long at = NpyHeader.LENGTH + first * itemBytes;
    while (into.hasRemaining()) {
      int read = channel.read(into, at);
      if (read < 0) {
        throw new IOException(path + ": ends at byte " + at);
      }
      at += read;
    }
  }

  /** Waits until all bytes are on the disk. */
  void sync() throws IOException {
    if (!whole) {
      channel.force(false);
    }
  }

  /** Makes the array whole: header, then name. */
  void finish() throws IOException {
    if (whole) {
      return;
    }
    long items = items();
    channel.force(true);
    channel.position(0);
    writeFully(channel, NpyHeader.of(type, items, itemShape));
    channel.force(true);
    Files.move(
        partial(path), path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    whole = true;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static long itemBytes(NpyType type, List<Integer> itemShape) {
    long bytes = type.bytes();
    for (int extent : itemShape) {
      bytes = Math.multiplyExact(bytes, extent);
    }
    return bytes;
  }

  /** Takes the array for this process alone. */
  private static void lock(FileChannel channel, Path path) throws IOException {
    boolean ours;
    try {
      ours = channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      ours = false;
    }
    if (!ours) {
      channel.close();
      throw new IOException("out: " + path + " is being written by another process");
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
