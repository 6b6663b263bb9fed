package org.fieldstream.server.training;

/**
 * Adam (D. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1),
 * in double.
 */
final class Adam {
  static final double BETA1 = 0.8;
  static final double BETA2 = 0.95;
  private static final double EPSILON = 1e-8;
  private final double[] first;
  private final double[] second;
  private long steps;

  Adam(int size) {
    first = new double[size];
    second = new double[size];
  }

  /** Moves theta along the gradient; theta is modified. */
  void step(double[] theta, double[] gradient, double rate) {
    steps++;
    double c1 = 1 - Math.pow(BETA1, steps);
    double c2 = 1 - Math.pow(BETA2, steps);
    for (int i = 0; i < theta.length; i++) {
      first[i] = BETA1 * first[i] + (1 - BETA1) * gradient[i];
      second[i] = BETA2 * second[i] + (1 - BETA2) * gradient[i] * gradient[i];
      theta[i] -= rate * (first[i] / c1) / (Math.sqrt(second[i] / c2) + EPSILON);
    }
  }

  /** First moments, then second moments; a copy. */
  double[] state() {
    double[] state = java.util.Arrays.copyOf(first, 2 * first.length);
    System.arraycopy(second, 0, state, first.length, second.length);
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
    this.steps = steps;
  }
}
