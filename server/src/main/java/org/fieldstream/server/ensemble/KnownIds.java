package org.fieldstream.server.ensemble;

/** Where each (replica, id) is in the index. Open addressing in plain arrays. */
final class KnownIds {
  private static final int NONE = -1;

  private long[] ids;
  private int[] replicas;

  /** Entry of the index plus one; 0 where the cell is free. */
  private int[] entries;

  private int size;

  KnownIds(Index index) {
    int room = Integer.highestOneBit(Math.max(64, index.size())) << 1;
    ids = new long[room];
    replicas = new int[room];
    entries = new int[room];
    for (int e = 0; e < index.size(); e++) {
      put(index.replica(e), index.id(e), e);
    }
  }

  /** The entry of a configuration; -1 where there is none. */
  int find(int replica, long id) {
    int cell = cell(replica, id);
    return entries[cell] == 0 ? NONE : entries[cell] - 1;
  }

  void put(int replica, long id, int entry) {
    if (2L * (size + 1) > entries.length) {
      grow();
    }
    int cell = cell(replica, id);
    if (entries[cell] == 0) {
      size++;
    }
    ids[cell] = id;
    replicas[cell] = replica;
    entries[cell] = entry + 1;
  }

  private int cell(int replica, long id) {
    int mask = entries.length - 1;
    // The finaliser of SplitMix64 spreads consecutive ids over the table.
    long z = id + replica * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    int cell = (int) (z ^ (z >>> 31)) & mask;
    while (entries[cell] != 0 && (ids[cell] != id || replicas[cell] != replica)) {
      cell = (cell + 1) & mask;
    }
    return cell;
  }

  private void grow() {
    long[] oldIds = ids;
    int[] oldReplicas = replicas;
    int[] oldEntries = entries;
    ids = new long[2 * oldIds.length];
    replicas = new int[2 * oldIds.length];
    entries = new int[2 * oldIds.length];
    for (int c = 0; c < oldEntries.length; c++) {
      if (oldEntries[c] != 0) {
        int cell = cell(oldReplicas[c], oldIds[c]);
        ids[cell] = oldIds[c];
        replicas[cell] = oldReplicas[c];
        entries[cell] = oldEntries[c];
      }
    }
  }
}
