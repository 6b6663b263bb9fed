package org.fieldstream.server.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.fieldstream.server.testing.GaussTheory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures show the sites they say, as they are or as means of blocks. */
final class FieldSliceTest {
  /** Values that tell their own place, after some that do not belong to the configuration. */
  private static float[] ramp(int offset, int size) {
    float[] fields = new float[offset + size];
    for (int k = 0; k < size; k++) {
      fields[offset + k] = k;
    }
    return fields;
  }

  @Test
  void aSmallLatticeIsShownSiteBySite() {
    FieldPicture picture = new FieldSlice(new GaussTheory(List.of(3, 5), 0)).of(17, ramp(7, 15), 7);
    assertThat(picture.index()).isEqualTo(17);
    assertThat(List.of(picture.rows(), picture.columns())).containsExactly(3, 5);
    assertThat(List.of(picture.rowSites(), picture.columnSites())).containsExactly(1, 1);
    assertThat(picture.cells()).isEqualTo(ramp(0, 15));
  }

  @Test
  void oneDimensionIsARow() {
    FieldPicture picture = new FieldSlice(new GaussTheory(List.of(6), 0)).of(0, ramp(0, 6), 0);
    assertThat(List.of(picture.rows(), picture.columns())).containsExactly(1, 6);
    assertThat(picture.cells()).isEqualTo(ramp(0, 6));
  }

  @Test
  void moreDimensionsAndComponentsShowTheFirstPlane() {
    FieldPicture picture =
        new FieldSlice(new GaussTheory(List.of(3, 4, 2), 0)).of(0, ramp(48, 48), 48);
    assertThat(List.of(picture.rows(), picture.columns())).containsExactly(4, 2);
    assertThat(picture.cells()).isEqualTo(ramp(0, 8));
  }

  @ParameterizedTest
  @CsvSource({"64, 64, 1, 1", "65, 64, 2, 1", "128, 200, 2, 4", "130, 1000, 3, 16"})
  void aLargeLatticeIsShownAsMeansOfBlocks(int height, int width, int down, int across) {
    FieldPicture picture =
        new FieldSlice(new GaussTheory(List.of(height, width), 0))
            .of(0, ramp(0, height * width), 0);
    assertThat(picture.rows()).isEqualTo((height + down - 1) / down).isLessThanOrEqualTo(64);
    assertThat(picture.columns()).isEqualTo((width + across - 1) / across).isLessThanOrEqualTo(64);
    assertThat(picture.rowSites()).isEqualTo(down);
    assertThat(picture.columnSites()).isEqualTo(across);
    for (int row = 0; row < picture.rows(); row++) {
      for (int column = 0; column < picture.columns(); column++) {
        // The mean of a linear function over a block is its value at the block's middle.
        double y = (row * down + Math.min((row + 1) * down, height) - 1) / 2.0;
        double x = (column * across + Math.min((column + 1) * across, width) - 1) / 2.0;
        double mean = y * width + x;
        assertThat((double) picture.cells()[row * picture.columns() + column])
            .isCloseTo(mean, within(1e-6 * (1 + mean)));
      }
    }
  }
}
