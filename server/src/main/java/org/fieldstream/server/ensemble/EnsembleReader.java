package org.fieldstream.server.ensemble;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Reads an ensemble from its first configuration to its last, a part at a time, checking each
 * against its checksum. Not thread-safe; open as many as wanted.
 */
public final class EnsembleReader implements AutoCloseable {
  private final Ensemble ensemble;
  private final int configurationBytes;
  private @Nullable FileChannel file;
  private int next;

  EnsembleReader(Ensemble ensemble) {
    this.ensemble = ensemble;
    this.configurationBytes =
        ensemble.valuesPerConfiguration() * ensemble.spec().precision().bytes();
  }

  /**
   * Goes to a place.
   *
   * @param place 0 to the size of the ensemble
   */
  public void seek(int place) {
    if (place < 0 || place > ensemble.size()) {
      throw new IllegalArgumentException(
          "place: " + place + " (expected: 0 to " + ensemble.size() + ")");
    }
    next = place;
  }

  /**
   * The next configurations.
   *
   * @param most how many at most, at least 1
   * @return none at the end
   * @throws EnsembleFileException if one does not match its checksum
   */
  public Configurations next(int most) {
    int count = Math.min(most, ensemble.size() - next);
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(count, configurationBytes));
    int first = next;
    try {
      for (int i = 0; i < count; ) {
        int run = 1;
        while (i + run < count
            && ensemble.slot(first + i + run) == ensemble.slot(first + i) + run) {
          run++;
        }
        bytes.limit((i + run) * configurationBytes).position(i * configurationBytes);
        long place = (long) ensemble.slot(first + i) * configurationBytes;
        Channels.readFully(file(), bytes, place);
        i += run;
      }
    } catch (IOException e) {
      throw new EnsembleFileException(ensemble.folder().fields() + ": " + e.getMessage(), e);
    }
    for (int i = 0; i < count; i++) {
      int crc = FieldValues.crc32c(bytes, i * configurationBytes, configurationBytes);
      if (crc != ensemble.crc32c(first + i)) {
        throw new EnsembleFileException(
            "%s: configuration %s of replica %s is damaged (expected: checksum %08x, found %08x; remedy: push it into a new ensemble)"
                .formatted(
                    ensemble.folder().fields(),
                    Long.toUnsignedString(ensemble.id(first + i)),
                    Integer.toUnsignedString(ensemble.replica(first + i)),
                    ensemble.crc32c(first + i),
                    crc));
      }
    }
    next += count;
    return new Configurations(first, count, ensemble.spec().precision(), bytes.clear());
  }

  private FileChannel file() throws IOException {
    FileChannel channel = file;
    if (channel == null) {
      channel = FileChannel.open(ensemble.folder().fields(), StandardOpenOption.READ);
      file = channel;
    }
    return channel;
  }

  @Override
  public void close() {
    FileChannel channel = file;
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new EnsembleFileException(ensemble.folder().fields() + ": " + e.getMessage(), e);
      }
    }
  }
}
