package org.fieldstream.kernels.program;

/**
 * Shape of a value in each lane.
 *
 * @param channels at least 1
 * @param sites at least 1
 */
public record Shape(int channels, int sites) {
  public Shape {
    if (channels < 1 || sites < 1) {
      throw new IllegalArgumentException(
          "shape: [" + channels + "][" + sites + "] (expected: both >= 1)");
    }
  }

  /** Elements per lane. */
  public int size() {
    return Math.multiplyExact(channels, sites);
  }

  @Override
  public String toString() {
    return "[" + channels + "][" + sites + "]";
  }
}
