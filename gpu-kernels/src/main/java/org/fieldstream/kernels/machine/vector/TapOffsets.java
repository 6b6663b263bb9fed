package org.fieldstream.kernels.machine.vector;

import static org.fieldstream.kernels.machine.vector.Simd.W;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fieldstream.kernels.program.Op;

/**
 * The window of a stencil whose taps all have weights of their own: inputs are read where they lie.
 * Offsets are relative to the site, so that sites share them unless a tap wraps around the lattice:
 * a few rows in all, which stay in the cache.
 */
final class TapOffsets implements Window {
  private final int a;
  private final int terms;
  private final int[] offsets;
  private final int[] row;

  TapOffsets(Op op, int a) {
    this.a = a;
    int taps = op.integer(2);
    int channels = op.in(0).shape().channels();
    int sites = op.in(0).shape().sites();
    terms = Math.multiplyExact(channels, taps);
    OutputSites out = new OutputSites(op);
    row = new int[out.count()];
    Map<List<Integer>, Integer> known = new HashMap<>();
    List<int[]> rows = new ArrayList<>();
    for (int s = 0; s < row.length; s++) {
      int[] relative = new int[taps];
      for (int k = 0; k < taps; k++) {
        relative[k] = op.table()[out.site(s) * taps + k] - s;
      }
      List<Integer> key = Arrays.stream(relative).boxed().toList();
      Integer position = known.putIfAbsent(key, rows.size());
      row[s] = (position == null ? rows.size() : position) * terms;
      if (position == null) {
        rows.add(relative);
      }
    }
    offsets = new int[Math.multiplyExact(rows.size(), terms)];
    for (int r = 0; r < rows.size(); r++) {
      for (int j = 0; j < terms; j++) {
        offsets[r * terms + j] = (j / taps * sites + rows.get(r)[j % taps]) * W;
      }
    }
  }

  @Override
  public int terms() {
    return terms;
  }

  @Override
  public int[] offsets() {
    return offsets;
  }

  @Override
  public int at(int first) {
    return a + first * W;
  }

  @Override
  public int row(int site, int position) {
    return row[site];
  }

  @Override
  public void fill(float[] m, int first, int count) {
    // Everything is read in place.
  }
}
