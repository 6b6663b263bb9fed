package org.fieldstream.server.ensemble;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import org.fieldstream.server.ensemble.MeasuredBatch.Fate;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.theory.Theory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends to an ensemble. Fields and measurements are written at once and made durable by {@link
 * #commit}, which only then writes the index; until it does, nothing of them counts. Thread-safe:
 * several pushes may share one.
 */
final class EnsembleWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EnsembleWriter.class);

  /** Configurations between two commits, at most: their records wait in memory. */
  private static final int MOST_PENDING = 1 << 14;

  /** Bytes of fields between two commits, about. */
  private static final long MOST_PENDING_BYTES = 64L << 20;

  private static final Set<StandardOpenOption> READ_WRITE =
      Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);

  private final Folder folder;
  private final int configurationBytes;
  private final int columns;
  private final StorageBudget budget;
  private final FileChannel lockFile;
  private final FileChannel fields;
  private final FileChannel measured;
  private final FileChannel indexFile;
  private final Index index;
  private final KnownIds known;
  private final ByteBuffer pending =
      ByteBuffer.allocate(MOST_PENDING * IndexRecord.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private int nextSlot;
  private @Nullable IOException broken;

  /**
   * Opens an ensemble for writing; cuts what a crash left unfinished.
   *
   * @param spec what the ensemble is
   * @param theory its theory, to measure again what was not measured
   */
  EnsembleWriter(Folder folder, EnsembleSpec spec, Theory theory, StorageBudget budget)
      throws IOException {
    this.folder = folder;
    this.budget = budget;
    this.configurationBytes = EnsembleStore.values(theory) * spec.precision().bytes();
    this.columns = theory.observables().size();
    lockFile = lock(folder.lock());
    try {
      fields = FileChannel.open(folder.fields(), READ_WRITE);
      measured = FileChannel.open(folder.measured(), READ_WRITE);
      indexFile = FileChannel.open(folder.index(), READ_WRITE);
      Channels.forceDirectory(folder.path());
      index = Index.read(indexFile, fields.size() / configurationBytes);
      cutTornTail();
      nextSlot = index.end();
      indexFile.truncate((long) nextSlot * IndexRecord.BYTES);
      fields.truncate((long) nextSlot * configurationBytes);
      measured.truncate((long) nextSlot * columns * Double.BYTES);
      remeasure(spec, theory);
      known = new KnownIds(index);
    } catch (IOException | RuntimeException e) {
      // Closes and so unlocks; the other channels close with the process at the latest.
      lockFile.close();
      throw e;
    }
  }

  private static FileChannel lock(Path path) throws IOException {
    FileChannel channel = FileChannel.open(path, READ_WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      LOG.debug("{}: locked within this process", path, e);
    }
    if (lock == null) {
      channel.close();
      throw ServiceException.retryable(
          ErrorCode.ENSEMBLE_IN_USE,
          "ensemble: %s is being written by another program (expected: one writer; wait for it)"
              .formatted(path.getName(path.getNameCount() - 2)),
          Duration.ofSeconds(5));
    }
    return channel;
  }

  /** The last record vouches for its fields; a disk that lies about durability may lack them. */
  private void cutTornTail() throws IOException {
    int before = index.size();
    ByteBuffer bytes = ByteBuffer.allocate(configurationBytes);
    while (index.size() > 0) {
      int last = index.size() - 1;
      Channels.readFully(fields, bytes.clear(), (long) index.slot(last) * configurationBytes);
      if (FieldValues.crc32c(bytes, 0, configurationBytes) == index.crc32c(last)) {
        break;
      }
      index.cut(last);
    }
    long lost = indexFile.size() / IndexRecord.BYTES - index.end();
    if (lost > 0 || before > index.size()) {
      LOG.warn(
          "ensemble {}: {} configurations cut that were never acknowledged",
          folder.path().getFileName(),
          Math.max(lost, before - index.size()));
    }
  }

  private void remeasure(EnsembleSpec spec, Theory theory) throws IOException {
    int rows = (int) (measured.size() / ((long) columns * Double.BYTES));
    ByteBuffer bytes = ByteBuffer.allocate(configurationBytes);
    double[] row = new double[columns];
    for (int e = 0; e < index.size(); e++) {
      if (index.slot(e) >= rows) {
        Channels.readFully(fields, bytes.clear(), (long) index.slot(e) * configurationBytes);
        float[] values = FieldValues.floats(bytes, spec.precision());
        theory.observe(values, 0, index.action(e), row);
        writeRow(index.slot(e), row, 0);
      }
    }
    measured.force(false);
  }

  private void writeRow(int slot, double[] rows, int first) throws IOException {
    ByteBuffer row = ByteBuffer.allocate(columns * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    row.asDoubleBuffer().put(rows, first * columns, columns);
    Channels.writeFully(measured, row, (long) slot * columns * Double.BYTES);
  }

  /**
   * Stores what is new of a batch.
   *
   * @return what became of each configuration
   * @throws ServiceException if there is no room, or the disk fails
   */
  synchronized Fate[] append(MeasuredBatch batch) {
    requireWhole();
    try {
      Fate[] fates = new Fate[batch.count()];
      Arrays.setAll(fates, i -> Fate.UNWANTED);
      for (int i = 0; i < fates.length; i++) {
        if (batch.wanted()[i]) {
          fates[i] = fate(batch, i);
        }
      }
      store(batch, fates);
      return fates;
    } catch (IOException e) {
      throw StorageFailure.of(folder.path(), e);
    }
  }

  private Fate fate(MeasuredBatch batch, int i) throws IOException {
    int entry = known.find(batch.replica(), batch.ids()[i]);
    if (entry < 0) {
      return Fate.STORED;
    }
    if (index.crc32c(entry) != batch.crcs()[i]
        || Double.compare(index.logWeight(entry), batch.logWeight()[i]) != 0) {
      return Fate.TAKEN;
    }
    ByteBuffer there = ByteBuffer.allocate(configurationBytes);
    Channels.readFully(fields, there, (long) index.slot(entry) * configurationBytes);
    return there.flip().equals(bytes(batch, i, i + 1)) ? Fate.DUPLICATE : Fate.TAKEN;
  }

  private ByteBuffer bytes(MeasuredBatch batch, int from, int to) {
    return batch
        .fields()
        .duplicate()
        .clear()
        .position(from * configurationBytes)
        .limit(to * configurationBytes);
  }

  /** Runs of neighbours go to the disk together. */
  private void store(MeasuredBatch batch, Fate[] fates) throws IOException {
    for (int from = 0; from < fates.length; from++) {
      if (fates[from] != Fate.STORED) {
        continue;
      }
      int to = from + 1;
      while (to < fates.length && fates[to] == Fate.STORED && to - from < MOST_PENDING) {
        to++;
      }
      if (pending.remaining() < (to - from) * IndexRecord.BYTES) {
        commit();
      }
      int count = to - from;
      long room = configurationBytes + IndexRecord.BYTES + (long) columns * Double.BYTES;
      budget.take(count * room);
      ByteBuffer rows =
          ByteBuffer.allocate(count * columns * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      rows.asDoubleBuffer().put(batch.measured(), from * columns, count * columns);
      Channels.writeFully(fields, bytes(batch, from, to), (long) nextSlot * configurationBytes);
      Channels.writeFully(measured, rows, (long) nextSlot * columns * Double.BYTES);
      for (int i = from; i < to; i++) {
        IndexRecord record =
            new IndexRecord(
                batch.ids()[i],
                batch.replica(),
                batch.crcs()[i],
                batch.action()[i],
                batch.logWeight()[i]);
        record.write(pending);
        known.put(record.replica(), record.id(), index.size());
        index.add(record, nextSlot++);
      }
      from = to - 1;
    }
    if ((long) pending.position() / IndexRecord.BYTES * configurationBytes > MOST_PENDING_BYTES) {
      commit();
    }
  }

  /**
   * Makes durable what was appended so far.
   *
   * @throws ServiceException if the disk fails; the ensemble is then as it was at the last commit
   */
  synchronized void commit() {
    requireWhole();
    if (pending.position() == 0) {
      return;
    }
    try {
      fields.force(false);
      measured.force(false);
      int records = pending.position() / IndexRecord.BYTES;
      pending.flip();
      Channels.writeFully(indexFile, pending, (long) (nextSlot - records) * IndexRecord.BYTES);
      indexFile.force(false);
      pending.clear();
    } catch (IOException e) {
      // What of it reached the disk nobody knows; opening the ensemble again finds out.
      broken = e;
      LOG.error("ensemble {}: not durable", folder.path(), e);
      throw StorageFailure.of(folder.path(), e);
    }
  }

  private void requireWhole() {
    IOException failure = broken;
    if (failure != null) {
      throw StorageFailure.of(folder.path(), failure);
    }
  }

  /** Configurations, those not yet durable included. */
  synchronized long size() {
    return index.size();
  }

  /** Commits and closes. */
  @Override
  public synchronized void close() {
    try (lockFile;
        indexFile;
        measured;
        fields) {
      if (broken == null) {
        commit();
      }
    } catch (IOException e) {
      throw StorageFailure.of(folder.path(), e);
    }
  }
}
