package org.fieldstream.server.training;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Adam (D. Kingma and J. Ba, ICLR 2015, algorithm 1) in the eigenbasis of the gradient's
 * covariance, block of values by block, in double (N. Vyas et al., "SOAP: improving and stabilizing
 * Shampoo using Adam", arXiv 2409.11321, algorithm 3, with one whole covariance for each block). In
 * a block of one value it is Adam.
 *
 * <p>The sines of an update overlap, so their weights pull on the same shape: some combinations
 * have gradients a thousand times those of others, and Adam, which scales value by value, crawls
 * along the latter. In the eigenbasis every combination has a scale of its own.
 */
final class Soap {
  /** Changes whenever a training would go another way. */
  static final String NAME = "soap 1";

  static final double BETA1 = 0.8;
  static final double BETA2 = 0.95;
  private static final double EPSILON = 1e-8;

  /** Steps between two turns of the bases; the first steps turn them each time. */
  private static final int TURN = 10;

  private static final int FIRST = 20;

  private final double[] first;
  private final double[] second;
  private final Block[] blocks;
  private long steps;

  /**
   * Makes the optimiser.
   *
   * @param size number of values
   * @param blocks positions of the values that work together, each position in exactly one block
   */
  Soap(int size, List<int[]> blocks) {
    first = new double[size];
    second = new double[size];
    this.blocks = blocks.stream().map(Block::new).toArray(Block[]::new);
    if (!Arrays.equals(
        blocks.stream().flatMapToInt(Arrays::stream).sorted().toArray(),
        IntStream.range(0, size).toArray())) {
      throw new IllegalArgumentException(
          "blocks: not a partition (expected: every position below " + size + " once)");
    }
  }

  /** Moves theta against the gradient; theta is modified. */
  void step(double[] theta, double[] gradient, double rate) {
    steps++;
    for (int i = 0; i < first.length; i++) {
      first[i] = BETA1 * first[i] + (1 - BETA1) * gradient[i];
    }
    for (Block block : blocks) {
      block.step(theta, gradient, rate);
    }
  }

  /** Length of {@link #state}. */
  int stateSize() {
    return 2 * first.length + Arrays.stream(blocks).mapToInt(b -> 2 * b.basis.length).sum();
  }

  /** First moments, second moments, and each block's covariance and basis; a copy. */
  double[] state() {
    double[] state = Arrays.copyOf(first, stateSize());
    System.arraycopy(second, 0, state, first.length, second.length);
    int at = 2 * first.length;
    for (Block block : blocks) {
      int n = block.basis.length;
      System.arraycopy(block.covariance, 0, state, at, n);
      System.arraycopy(block.basis, 0, state, at + n, n);
      at += 2 * n;
    }
    return state;
  }

  /** Number of steps taken. */
  long steps() {
    return steps;
  }

  /** Goes back to a state taken by {@link #state}. */
  void restore(double[] state, long steps) {
    System.arraycopy(state, 0, first, 0, first.length);
    System.arraycopy(state, first.length, second, 0, second.length);
    int at = 2 * first.length;
    for (Block block : blocks) {
      int n = block.basis.length;
      System.arraycopy(state, at, block.covariance, 0, n);
      System.arraycopy(state, at + n, block.basis, 0, n);
      at += 2 * n;
    }
    this.steps = steps;
  }

  /** The second moments at a block's positions belong to its basis vectors. */
  private final class Block {
    private final int[] at;
    private final int n;
    private final double[] covariance;

    /** Eigenvectors as columns, [row][column]. */
    private final double[] basis;

    private final double[] turned;
    private final double[] move;

    Block(int[] at) {
      this.at = at.clone();
      n = at.length;
      covariance = new double[n * n];
      basis = new double[n * n];
      turned = new double[n];
      move = new double[n];
      for (int i = 0; i < n; i++) {
        basis[i * n + i] = 1;
      }
    }

    void step(double[] theta, double[] gradient, double rate) {
      double c1 = 1 - Math.pow(BETA1, steps);
      double c2 = 1 - Math.pow(BETA2, steps);
      Arrays.fill(turned, 0);
      Arrays.fill(move, 0);
      for (int i = 0; i < n; i++) {
        double g = gradient[at[i]];
        double m = first[at[i]];
        for (int j = 0; j < n; j++) {
          int ij = i * n + j;
          covariance[ij] = BETA2 * covariance[ij] + (1 - BETA2) * g * gradient[at[j]];
          turned[j] += basis[ij] * g;
          move[j] += basis[ij] * m;
        }
      }
      for (int j = 0; j < n; j++) {
        double v = BETA2 * second[at[j]] + (1 - BETA2) * turned[j] * turned[j];
        second[at[j]] = v;
        move[j] = rate * (move[j] / c1) / (Math.sqrt(v / c2) + EPSILON);
      }
      for (int i = 0; i < n; i++) {
        double sum = 0;
        for (int j = 0; j < n; j++) {
          sum += basis[i * n + j] * move[j];
        }
        theta[at[i]] -= sum;
      }
      if (n > 1 && (steps % TURN == 0 || steps < FIRST) && Bases.turn(covariance, basis, n)) {
        follow();
      }
    }

    /** The second moments of the turned basis, so that no step is longer than Adam's. */
    private void follow() {
      for (int j = 0; j < n; j++) {
        double v = 0;
        for (int i = 0; i < n; i++) {
          double row = 0;
          for (int k = 0; k < n; k++) {
            row += covariance[i * n + k] * basis[k * n + j];
          }
          v += basis[i * n + j] * row;
        }
        second[at[j]] = Math.max(0, v);
      }
    }
  }
}
