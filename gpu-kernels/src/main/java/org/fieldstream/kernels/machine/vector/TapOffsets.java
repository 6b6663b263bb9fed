package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.W;

import org.fieldstream.kernels.program.Op;

/**
 * The window of a stencil whose taps all have weights of their own: inputs are read where they lie.
 * Offsets are relative to the first site of a group, so that groups share them unless a tap wraps
 * around the lattice: a few rows in all, which stay in the cache.
 */
final class TapOffsets implements Window {
  private final int a;
  private final TapTable table;
  private final Rows rows;

  /** The row of each first position and position in its group. */
  private final int[] row;

  TapOffsets(Op op, int a) {
    this.a = a;
    table = new TapTable(op);
    rows = new Rows(table);
    row = new int[GROUP * table.positions()];
    for (int first = 0; first < table.positions(); first++) {
      for (int i = 0; i < Math.min(GROUP, table.positions() - first); i++) {
        int[] relative = new int[table.taps()];
        for (int k = 0; k < relative.length; k++) {
          // The loops add i themselves.
          relative[k] = table.source(first + i, k) - table.site(first) - i;
        }
        row[GROUP * first + i] = rows.of(relative);
      }
    }
  }

  @Override
  public int terms() {
    return rows.length();
  }

  @Override
  public int[] offsets() {
    return rows.offsets();
  }

  @Override
  public int at(int first) {
    return a + table.site(first) * W;
  }

  @Override
  public int row(int first, int position) {
    return row[GROUP * first + position];
  }

  @Override
  public void fill(float[] m, int first, int count) {
    // Everything is read in place.
  }
}
