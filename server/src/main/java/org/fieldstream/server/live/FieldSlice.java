package org.fieldstream.server.live;

import java.util.List;
import org.fieldstream.server.theory.Theory;

/** Makes pictures of configurations of one theory. Used by the device's thread, as the theory. */
final class FieldSlice {
  /** Cells of a side of a large picture, at most. */
  static final int MOST = 64;

  private final Theory theory;
  private final int height;
  private final int width;
  private final int rowSites;
  private final int columnSites;
  private final int rows;
  private final int columns;

  /** Large pictures. */
  FieldSlice(Theory theory) {
    this(theory, MOST);
  }

  /**
   * Pictures.
   *
   * @param most cells of a side, at most
   */
  FieldSlice(Theory theory, int most) {
    this.theory = theory;
    List<Integer> extents = theory.extents();
    int axes = extents.size();
    height = axes < 2 ? 1 : extents.get(axes - 2);
    width = extents.get(axes - 1);
    rowSites = (height + most - 1) / most;
    columnSites = (width + most - 1) / most;
    rows = (height + rowSites - 1) / rowSites;
    columns = (width + columnSites - 1) / columnSites;
  }

  /**
   * A picture.
   *
   * @param index index of the configuration
   * @param fields {@code [components][L0]...} from {@code offset} on; not modified
   */
  FieldPicture of(long index, float[] fields, int offset) {
    float[] cells = new float[rows * columns];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        cells[row * columns + column] = mean(fields, offset, row * rowSites, column * columnSites);
      }
    }
    return new FieldPicture(index, rows, columns, rowSites, columnSites, cells);
  }

  private float mean(float[] fields, int offset, int top, int left) {
    int bottom = Math.min(top + rowSites, height);
    int right = Math.min(left + columnSites, width);
    double sum = 0;
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        sum += theory.pictured(fields, offset, y * width + x);
      }
    }
    return (float) (sum / ((bottom - top) * (right - left)));
  }
}
