package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.W;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.fieldstream.kernels.program.Op;
import org.jspecify.annotations.Nullable;

/**
 * The windows of groups of output sites along a lattice row, for stencils whose taps come in runs
 * of three neighbours along that row: the runs of a group's sites are parts of one run of columns,
 * of which every vector is read once for the whole group. With sites a distance of D apart, tap t
 * of the i-th site reads column {@code D i + t}, and column c of run j lies at {@code at +
 * offsets[row + j columns + c]} of the arena. Columns wrap around the lattice as taps do.
 *
 * <p>Where a lattice row ends before a group does, the group starts earlier and computes some sites
 * a second time, with the same result: that is quicker than sites one by one.
 */
final class SharedTaps {
  /** Neighbouring taps of a run. */
  static final int RUN = 3;

  private final TapTable table;
  private final int size;
  private final int distance;

  /** Whether a group's sites are counted from its last one, as where weights are transposed. */
  private final boolean backwards;

  private final Rows rows;
  private final int[] starts;
  private final int[] ats;
  private final int[] rowOf;
  private final int[] rest;

  private SharedTaps(Op op, int a, int size, int distance, boolean backwards) {
    this.size = size;
    this.distance = distance;
    this.backwards = backwards;
    table = new TapTable(op);
    rows = new Rows(table);
    int[] row = new int[table.positions()];
    for (int first = 0; first < row.length; first++) {
      int[] columns = first + size <= row.length ? columns(first) : null;
      row[first] = columns == null ? -1 : rows.of(columns);
    }
    IntStream.Builder shared = IntStream.builder();
    IntStream.Builder alone = IntStream.builder();
    int s = 0;
    while (s < row.length) {
      int start = s;
      while (start >= 0 && start > s - size && row[start] < 0) {
        start--;
      }
      if (start >= 0 && start > s - size) {
        shared.add(start);
        s = start + size;
      } else {
        alone.add(s++);
      }
    }
    starts = shared.build().toArray();
    rest = alone.build().toArray();
    rowOf = Arrays.stream(starts).map(first -> row[first]).toArray();
    ats = Arrays.stream(starts).map(first -> a + table.site(first) * W).toArray();
  }

  /**
   * The shared windows of a convolution.
   *
   * @param size sites of a group
   * @param distance columns from one site to the next
   * @return null if no group of the op has one
   */
  static @Nullable SharedTaps of(Op op, int a, int size, int distance) {
    if (op.integer(2) % RUN != 0) {
      return null;
    }
    for (boolean backwards : new boolean[] {false, true}) {
      SharedTaps taps = new SharedTaps(op, a, size, distance, backwards);
      if (taps.starts.length > 0) {
        return taps;
      }
    }
    return null;
  }

  /** The columns of a group, relative to its first site, run by run; null if it has none. */
  private int @Nullable [] columns(int first) {
    int width = distance * (size - 1) + RUN;
    int[] columns = new int[table.taps() / RUN * width];
    boolean[] known = new boolean[columns.length];
    for (int i = 0; i < size; i++) {
      int position = first + (backwards ? size - 1 - i : i);
      for (int k = 0; k < table.taps(); k++) {
        int c = k / RUN * width + distance * i + k % RUN;
        int relative = table.source(position, k) - table.site(first);
        if (known[c] && columns[c] != relative) {
          return null;
        }
        columns[c] = relative;
        known[c] = true;
      }
    }
    return columns;
  }

  /** Groups. */
  int count() {
    return starts.length;
  }

  /** The first output position of a group. */
  int start(int n) {
    return starts[n];
  }

  /** Where a group's offsets count from. */
  int at(int n) {
    return ats[n];
  }

  /** Where a group's offsets start. */
  int row(int n) {
    return rowOf[n];
  }

  int[] offsets() {
    return rows.offsets();
  }

  /** Runs of columns. */
  int runs() {
    return table.channels() * table.taps() / RUN;
  }

  /** Output positions of no group. */
  int[] rest() {
    return rest;
  }

  /** Floats from the output of the group's first position to that of the site counted first. */
  int origin() {
    return backwards ? (size - 1) * W : 0;
  }

  /** Floats from the output of one site to that of the next. */
  int next() {
    return backwards ? -W : W;
  }
}
