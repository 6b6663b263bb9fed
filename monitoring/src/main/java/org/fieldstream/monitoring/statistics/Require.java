package org.fieldstream.monitoring.statistics;

/** Checks of what callers pass in; messages read {@code field: value (expected: ...)}. */
final class Require {
  private Require() {}

  /** Refuses series shorter than {@code minimum} and values that are not finite. */
  static void series(String name, double[] values, int minimum) {
    if (values.length < minimum) {
      throw new IllegalArgumentException(
          name + ": " + values.length + " values (expected: >= " + minimum + ")");
    }
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new IllegalArgumentException(
            name + "[" + i + "]: " + values[i] + " (expected: finite)");
      }
    }
  }

  /** Refuses observables of different lengths; {@code observables[a][i]}. */
  static void sameLengths(String name, double[][] observables) {
    if (observables.length == 0) {
      throw new IllegalArgumentException(name + ": no observables (expected: >= 1)");
    }
    for (int a = 1; a < observables.length; a++) {
      if (observables[a].length != observables[0].length) {
        throw new IllegalArgumentException(
            String.format(
                "%s[%d]: %d values (expected: %d, as in %s[0])",
                name, a, observables[a].length, observables[0].length, name));
      }
    }
  }

  static double finite(String name, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: finite)");
    }
    return value;
  }

  /** A log weight is finite, or minus infinity for weight 0. */
  static double logWeight(String name, double value) {
    if (Double.isNaN(value) || value == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: finite or -Infinity)");
    }
    return value;
  }

  static int atLeast(String name, int value, int minimum) {
    if (value < minimum) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + minimum + ")");
    }
    return value;
  }
}
