package org.fieldstream.server.generator.exact;

import org.fieldstream.server.theory.Angles;

/**
 * Angles with density proportional to exp(beta cos t), by rejection from a step function above it:
 * cells of equal width, each as high as the density's larger end. With so many cells nearly every
 * proposal lies below the smaller end too, where no cosine is needed to accept it. Immutable.
 */
final class PlaquetteDensity {
  /** Even, so that the maximum at 0 is the end of a cell. */
  private static final int CELLS = 4096;

  private static final double WIDTH = 2 * Math.PI / CELLS;

  private final double beta;

  /** exp(beta (cos t - 1)) at the ends of the cells. */
  private final double[] ends = new double[CELLS + 1];

  /** Probability that a proposal lies below each cell, and 1. */
  private final double[] below = new double[CELLS + 1];

  /** For u in [i, i + 1) / CELLS, a cell at or before that of u. */
  private final int[] guide = new int[CELLS];

  PlaquetteDensity(double beta) {
    this.beta = beta;
    for (int i = 0; i <= CELLS; i++) {
      // 2 sin^2(t/2) = 1 - cos t, without cancellation.
      double s = StrictMath.sin(left(i) / 2);
      ends[i] = StrictMath.exp(-2 * beta * s * s);
    }
    double sum = 0;
    for (int i = 0; i < CELLS; i++) {
      below[i] = sum;
      sum += ceiling(i);
    }
    for (int i = 0; i < CELLS; i++) {
      below[i] /= sum;
    }
    below[CELLS] = 1;
    int cell = 0;
    for (int i = 0; i < CELLS; i++) {
      while (below[cell + 1] <= (double) i / CELLS) {
        cell++;
      }
      guide[i] = cell;
    }
  }

  private static double left(int cell) {
    return (cell - CELLS / 2) * WIDTH;
  }

  private double ceiling(int cell) {
    return Math.max(ends[cell], ends[cell + 1]);
  }

  /** The cell of a proposal. */
  int cell(double u) {
    int cell = guide[(int) (u * CELLS)];
    while (below[cell + 1] <= u) {
      cell++;
    }
    return cell;
  }

  /**
   * The proposal.
   *
   * @param u uniform in (0, 1)
   * @param cell its cell
   */
  double angle(double u, int cell) {
    return left(cell) + WIDTH * (u - below[cell]) / (below[cell + 1] - below[cell]);
  }

  /** A bound from below of the probability to accept any proposal of a cell. */
  double surely(int cell) {
    return Math.min(ends[cell], ends[cell + 1]) / ceiling(cell);
  }

  /** The probability to accept a proposal. */
  double acceptance(double angle, int cell) {
    double s = Angles.sin(angle / 2);
    return StrictMath.exp(-2 * beta * s * s) / ceiling(cell);
  }
}
