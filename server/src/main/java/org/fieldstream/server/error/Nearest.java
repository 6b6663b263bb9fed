package org.fieldstream.server.error;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What somebody may have meant. */
public final class Nearest {
  private Nearest() {}

  /**
   * The candidates with the fewest edits to a word, upper and lower case alike, best first.
   *
   * @param most how many at most
   */
  public static List<String> several(String word, Collection<String> candidates, int most) {
    String lower = word.toLowerCase(Locale.ROOT);
    return candidates.stream()
        .map(c -> Map.entry(distance(lower, c.toLowerCase(Locale.ROOT)), c))
        .sorted(
            Map.Entry.<Integer, String>comparingByKey().thenComparing(Map.Entry.comparingByValue()))
        .limit(most)
        .map(Map.Entry::getValue)
        .toList();
  }

  /** The candidate with the fewest edits to a word, upper and lower case alike. */
  public static String to(String word, Collection<String> candidates) {
    String lower = word.toLowerCase(Locale.ROOT);
    return candidates.stream()
        .min(Comparator.comparingInt(c -> distance(lower, c.toLowerCase(Locale.ROOT))))
        .orElse("none");
  }

  /** Levenshtein's edit distance. */
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(change, 1 + Math.min(above, row[j - 1]));
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
