package org.fieldstream.client.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.fieldstream.v1.Exactness;
import org.fieldstream.v1.Target;

/** The API's values in words. */
final class Words {
  private Words() {}

  static String of(Exactness exactness) {
    return exactness.name().replaceFirst("^EXACTNESS_", "");
  }

  /** The API's value for {@code metropolis}, {@code reweight}, {@code raw}, ... */
  static Exactness exactness(String word) {
    for (Exactness exactness : Exactness.values()) {
      if (exactness != Exactness.UNRECOGNIZED
          && exactness != Exactness.EXACTNESS_UNSPECIFIED
          && of(exactness).replace('_', '-').equalsIgnoreCase(word.replace('_', '-'))) {
        return exactness;
      }
    }
    throw new IllegalArgumentException(
        "exactness: " + word + " (expected: metropolis, reweight, raw or langevin-adjusted)");
  }

  /** {@code 8 x 8}. */
  static String extents(List<Integer> extents) {
    return extents.stream().map(String::valueOf).collect(Collectors.joining(" x "));
  }

  /** {@code phi4 8 x 8 lambda=6.008 m2=-4}. */
  static String of(Target target) {
    StringBuilder words = new StringBuilder(target.getTheory());
    words.append(' ').append(extents(target.getExtentsList()));
    for (Map.Entry<String, Double> coupling : new TreeMap<>(target.getCouplingsMap()).entrySet()) {
      words.append(
          String.format(Locale.ROOT, " %s=%s", coupling.getKey(), number(coupling.getValue())));
    }
    return words.toString();
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.valueOf((long) value)
        : String.valueOf(value);
  }

  /** A seed, unsigned as in the API. */
  static long seed(String text) {
    try {
      return Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("seed: " + text + " (expected: 0 to 2^64-1)", e);
    }
  }
}
