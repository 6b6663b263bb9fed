package org.fieldstream.server.generator.flow;

import java.util.Arrays;

/** How program parameters come from theta: each is a copy of one trainable value, or its exponential. */
final class CopyMap {
  private int[] source = new int[256];
  private boolean[] exponential = new boolean[256];
  private int size;

  void copy(int theta) {
    add(theta, false);
  }

  void exp(int theta) {
    add(theta, true);
  }

  private void add(int theta, boolean exp) {
    if (size == source.length) {
      source = Arrays.copyOf(source, 2 * size);
      exponential = Arrays.copyOf(exponential, 2 * size);
    }
    source[size] = theta;
    exponential[size++] = exp;
  }

  int size() {
    return size;
  }

  void fill(double[] theta, float[] parameters) {
    for (int i = 0; i < size; i++) {
      double value = theta[source[i]];
      parameters[i] = (float) (exponential[i] ? Math.exp(value) : value);
    }
  }

  void pullback(double[] theta, double[] parameterGradient, double[] gradient) {
    for (int i = 0; i < size; i++) {
      double chain = exponential[i] ? Math.exp(theta[source[i]]) : 1;
      gradient[source[i]] += parameterGradient[i] * chain;
    }
  }
}
