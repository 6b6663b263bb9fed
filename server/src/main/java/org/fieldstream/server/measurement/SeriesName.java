package org.fieldstream.server.measurement;

import org.fieldstream.server.error.Quote;
import org.jspecify.annotations.Nullable;

/** Names of series. */
public final class SeriesName {
  /** Longest name, in characters. */
  public static final int LONGEST = 128;

  private SeriesName() {}

  /** What is wrong with a name, as {@code series: value (expected: ...)}; null where nothing is. */
  public static @Nullable String fault(String name) {
    return isGood(name)
        ? null
        : "series: "
            + Quote.of(name)
            + " (expected: 1 to "
            + LONGEST
            + " of [A-Za-z0-9._/-], beginning with a letter or digit)";
  }

  private static boolean isGood(String name) {
    if (name.isEmpty() || name.length() > LONGEST || !isAlphanumeric(name.charAt(0))) {
      return false;
    }
    for (int i = 1; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!isAlphanumeric(c) && c != '.' && c != '_' && c != '/' && c != '-') {
        return false;
      }
    }
    return true;
  }

  private static boolean isAlphanumeric(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
  }
}
