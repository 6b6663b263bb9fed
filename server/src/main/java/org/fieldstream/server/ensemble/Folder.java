package org.fieldstream.server.ensemble;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files of one ensemble.
 *
 * @param path {@code DATA/ensembles/NAME}
 */
record Folder(Path path) {
  Path fields() {
    return path.resolve("fields.bin");
  }

  Path index() {
    return path.resolve("index.bin");
  }

  Path measured() {
    return path.resolve("measured.bin");
  }

  /** Locked by the process that writes. */
  Path lock() {
    return path.resolve("lock");
  }

  Path certificate() {
    return path.resolve("certificate.json");
  }

  /** Bytes of all its data. */
  long bytes() {
    try {
      long sum = 0;
      for (Path file : new Path[] {fields(), index(), measured()}) {
        sum += Files.exists(file) ? Files.size(file) : 0;
      }
      return sum;
    } catch (IOException e) {
      throw new EnsembleFileException(path + ": " + e.getMessage(), e);
    }
  }
}
