package org.fieldstream.client.cli;

import java.util.ArrayList;
import java.util.List;

/** A table of text: the first column to the left, all others to the right. */
final class TextTable {
  private final List<String[]> rows = new ArrayList<>();

  TextTable(String... header) {
    rows.add(header);
  }

  void add(String... cells) {
    if (cells.length != rows.get(0).length) {
      throw new IllegalArgumentException(
          "cells: " + cells.length + " (expected: " + rows.get(0).length + ")");
    }
    rows.add(cells);
  }

  /** The lines, each ended by a line feed. */
  @Override
  public String toString() {
    int[] widths = new int[rows.get(0).length];
    for (String[] row : rows) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], row[c].length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < widths.length; c++) {
        String gap = " ".repeat(widths[c] - row[c].length());
        line.append(c == 0 ? row[c] + gap : "   " + gap + row[c]);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
