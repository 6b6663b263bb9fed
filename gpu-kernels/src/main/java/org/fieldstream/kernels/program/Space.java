package org.fieldstream.kernels.program;

import java.util.Map;
import java.util.TreeMap;

/** Free list of an arena, first fit, neighbours merged. */
final class Space {
  private final TreeMap<Integer, Integer> free = new TreeMap<>();
  private int high;

  /** The largest extent there has been. */
  int high() {
    return high;
  }

  /** Takes a place. */
  int take(int size) {
    for (Map.Entry<Integer, Integer> hole : free.entrySet()) {
      if (hole.getValue() >= size) {
        int at = hole.getKey();
        int rest = hole.getValue() - size;
        free.remove(at);
        if (rest > 0) {
          free.put(at + size, rest);
        }
        return at;
      }
    }
    Map.Entry<Integer, Integer> tail = free.lastEntry();
    int at = high;
    if (tail != null && tail.getKey() + tail.getValue() == high) {
      at = tail.getKey();
      free.remove(at);
    }
    high = Math.addExact(at, size);
    return at;
  }

  /** Gives a place back. */
  void give(int at, int size) {
    Map.Entry<Integer, Integer> before = free.lowerEntry(at);
    if (before != null && before.getKey() + before.getValue() == at) {
      at = before.getKey();
      size += before.getValue();
    }
    Integer after = free.remove(at + size);
    free.put(at, size + (after == null ? 0 : after));
  }
}
