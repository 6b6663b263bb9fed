package org.fieldstream.server.measurement;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Takes a data directory's measurements for this server alone: two writers would each have half of
 * the estimates. Freed by the operating system when the process ends, however it ends.
 */
final class StoreLock implements AutoCloseable {
  private static final String FILE = "measurements.lock";

  private final FileChannel channel;

  private StoreLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes it.
   *
   * @throws IOException where the directory cannot be written or another server has it
   */
  static StoreLock take(Path data) throws IOException {
    FileChannel channel =
        FileChannel.open(data.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean ours = false;
    try {
      ours = channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      ours = false;
    } finally {
      if (!ours) {
        channel.close();
      }
    }
    if (!ours) {
      throw new IOException("another server keeps its measurements there; give each its own");
    }
    return new StoreLock(channel);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
