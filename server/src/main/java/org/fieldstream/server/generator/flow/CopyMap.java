package org.fieldstream.server.generator.flow;

import java.util.Arrays;

/**
 * How program parameters come from theta: each is a copy of one trainable value, its exponential or
 * one over that.
 */
final class CopyMap implements ParameterMap {
  private int[] source = new int[256];
  private Kind[] kind = new Kind[256];
  private int size;

  private enum Kind {
    COPY,
    EXP,
    EXP_NEGATIVE
  }

  void copy(int theta) {
    add(theta, Kind.COPY);
  }

  void exp(int theta) {
    add(theta, Kind.EXP);
  }

  void expNegative(int theta) {
    add(theta, Kind.EXP_NEGATIVE);
  }

  private void add(int theta, Kind how) {
    if (size == source.length) {
      source = Arrays.copyOf(source, 2 * size);
      kind = Arrays.copyOf(kind, 2 * size);
    }
    source[size] = theta;
    kind[size++] = how;
  }

  @Override
  public void fill(double[] theta, float[] parameters) {
    for (int i = 0; i < size; i++) {
      double value = theta[source[i]];
      parameters[i] =
          (float)
              switch (kind[i]) {
                case COPY -> value;
                case EXP -> StrictMath.exp(value);
                case EXP_NEGATIVE -> StrictMath.exp(-value);
              };
    }
  }

  @Override
  public void pullback(double[] theta, double[] parameterGradient, double[] gradient) {
    for (int i = 0; i < size; i++) {
      double value = theta[source[i]];
      double chain =
          switch (kind[i]) {
            case COPY -> 1;
            case EXP -> StrictMath.exp(value);
            case EXP_NEGATIVE -> -StrictMath.exp(-value);
          };
      gradient[source[i]] += parameterGradient[i] * chain;
    }
  }
}
