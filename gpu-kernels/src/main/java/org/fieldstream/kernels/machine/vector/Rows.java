package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.W;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows of offsets into the input of a convolution, each kept once: what is read of one channel,
 * repeated for every input channel.
 */
final class Rows {
  private final int channels;
  private final int sites;
  private final Map<List<Integer>, Integer> known = new HashMap<>();
  private int[] offsets = {};
  private int length;

  Rows(TapTable table) {
    channels = table.channels();
    sites = table.sites();
  }

  /**
   * The start of a row among the {@link #offsets}, which grow if it is new.
   *
   * @param relative sites to read in the first channel, relative to where a group starts; of one
   *     length in all calls
   */
  int of(int[] relative) {
    List<Integer> key = Arrays.stream(relative).boxed().toList();
    Integer start = known.get(key);
    if (start != null) {
      return start;
    }
    int at = offsets.length;
    length = Math.multiplyExact(channels, relative.length);
    offsets = Arrays.copyOf(offsets, Math.addExact(at, length));
    for (int j = 0; j < length; j++) {
      offsets[at + j] = (j / relative.length * sites + relative[j % relative.length]) * W;
    }
    known.put(key, at);
    return at;
  }

  /** Offsets in a row. */
  int length() {
    return length;
  }

  /** All rows, in floats; to be read when the last row is known. */
  int[] offsets() {
    return offsets;
  }
}
