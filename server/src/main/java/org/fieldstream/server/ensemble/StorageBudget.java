package org.fieldstream.server.ensemble;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;

/** Disk space for all ensembles together. Thread-safe. */
final class StorageBudget {
  /** Left to others on the disk. */
  private static final long RESERVE = 64L << 20;

  private final Path directory;
  private final long most;
  private long used;

  /**
   * A budget.
   *
   * @param most bytes for all ensembles
   */
  StorageBudget(Path directory, long most) {
    this.directory = directory;
    this.most = most;
  }

  /** Counts what is there already, or what is gone (negative). */
  synchronized void count(long bytes) {
    used += bytes;
  }

  /**
   * Takes space.
   *
   * @throws ServiceException if there is none left
   */
  synchronized void take(long bytes) {
    if (used + bytes > most) {
      throw ServiceException.of(
          ErrorCode.QUOTA_EXCEEDED,
          "ensembles: %d MiB used (expected: at most %d MiB, data.ensembleBytes; raise it, or remove ensembles)"
              .formatted(used >> 20, most >> 20));
    }
    try {
      long free = Files.getFileStore(directory).getUsableSpace();
      if (free < bytes + RESERVE) {
        throw ServiceException.of(
            ErrorCode.QUOTA_EXCEEDED,
            "disk: %d MiB free (expected: at least %d MiB; make room on the server's disk)"
                .formatted(free >> 20, (bytes + RESERVE) >> 20));
      }
    } catch (IOException e) {
      throw StorageFailure.of(directory, e);
    }
    used += bytes;
  }
}
