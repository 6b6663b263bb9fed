package org.fieldstream.server.ensemble;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/**
 * The index in memory, 40 bytes a configuration, in the order of storage. A slot whose record is
 * not whole is skipped: a crash leaves such slots at the end only, and one damaged later costs that
 * configuration and no other.
 */
final class Index {
  private static final int CHUNK = 8192;

  /** More would not fit the arrays. */
  private static final long MOST = 1L << 30;

  private long[] ids = new long[64];
  private int[] replicas = new int[64];
  private int[] crcs = new int[64];
  private double[] actions = new double[64];
  private double[] logWeights = new double[64];
  private int[] slots = new int[64];
  private int size;

  /**
   * Reads an index file.
   *
   * @param slotsOfFields whole configurations in {@code fields.bin}; records beyond have none
   */
  static Index read(FileChannel file, long slotsOfFields) throws IOException {
    Index index = new Index();
    long slots = Math.min(Math.min(file.size() / IndexRecord.BYTES, slotsOfFields), MOST);
    ByteBuffer chunk =
        ByteBuffer.allocate(CHUNK * IndexRecord.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long first = 0; first < slots; first += CHUNK) {
      int count = (int) Math.min(CHUNK, slots - first);
      chunk.clear().limit(count * IndexRecord.BYTES);
      Channels.readFully(file, chunk, first * IndexRecord.BYTES);
      for (int i = 0; i < count; i++) {
        if (IndexRecord.isWhole(chunk, i * IndexRecord.BYTES)) {
          index.add(IndexRecord.read(chunk, i * IndexRecord.BYTES), (int) first + i);
        }
      }
    }
    return index;
  }

  void add(IndexRecord record, int slot) {
    if (size == ids.length) {
      int room = Math.max(64, 2 * size);
      ids = Arrays.copyOf(ids, room);
      replicas = Arrays.copyOf(replicas, room);
      crcs = Arrays.copyOf(crcs, room);
      actions = Arrays.copyOf(actions, room);
      logWeights = Arrays.copyOf(logWeights, room);
      slots = Arrays.copyOf(slots, room);
    }
    ids[size] = record.id();
    replicas[size] = record.replica();
    crcs[size] = record.crc32c();
    actions[size] = record.action();
    logWeights[size] = record.logWeight();
    slots[size] = slot;
    size++;
  }

  /** Takes the last entries away. */
  void cut(int newSize) {
    size = newSize;
  }

  /** Entries. */
  int size() {
    return size;
  }

  /** Slots up to the last whole record: where the next configuration goes. */
  int end() {
    return size == 0 ? 0 : slots[size - 1] + 1;
  }

  long id(int entry) {
    return ids[entry];
  }

  int replica(int entry) {
    return replicas[entry];
  }

  int crc32c(int entry) {
    return crcs[entry];
  }

  double action(int entry) {
    return actions[entry];
  }

  double logWeight(int entry) {
    return logWeights[entry];
  }

  int slot(int entry) {
    return slots[entry];
  }

  /** Entries by replica, then by id. */
  int[] inMonteCarloOrder() {
    boolean ordered = true;
    for (int e = 1; e < size && ordered; e++) {
      ordered = compare(e - 1, e) <= 0;
    }
    if (ordered) {
      int[] order = new int[size];
      Arrays.setAll(order, e -> e);
      return order;
    }
    Integer[] order = new Integer[size];
    Arrays.setAll(order, e -> e);
    Arrays.sort(order, this::compare);
    return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
  }

  private int compare(int a, int b) {
    int byReplica = Integer.compareUnsigned(replicas[a], replicas[b]);
    return byReplica != 0 ? byReplica : Long.compareUnsigned(ids[a], ids[b]);
  }
}
