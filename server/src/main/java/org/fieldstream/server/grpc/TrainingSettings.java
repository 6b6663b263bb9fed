package org.fieldstream.server.grpc;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.Quote;
import org.fieldstream.server.error.ServiceException;

/** The settings of a training by name, with what each may be. */
final class TrainingSettings {
  /**
   * A setting.
   *
   * @param usual its default
   * @param whole whether it is a whole number
   */
  record Setting(double usual, double least, double most, boolean whole) {
    static Setting whole(double usual, double least, double most) {
      return new Setting(usual, least, most, true);
    }

    static Setting real(double usual, double least, double most) {
      return new Setting(usual, least, most, false);
    }
  }

  /** The fields of the request that plans and shapes call otherwise. */
  private static final Map<String, String> FIELDS =
      Map.of(
          "batch", "batch_size",
          "start", "start_from",
          "couplings", "target",
          "extents", "target",
          "volume", "target",
          "theory", "target");

  private final Map<String, Double> given;
  private final Map<String, Setting> known;

  /**
   * Settings.
   *
   * @throws ServiceException for one that is not known
   */
  TrainingSettings(Map<String, Double> given, Map<String, Setting> known) {
    this.given = given;
    this.known = new TreeMap<>(known);
    Set<String> unknown = new TreeSet<>(given.keySet());
    unknown.removeAll(known.keySet());
    if (!unknown.isEmpty()) {
      throw bad(
          "settings",
          Quote.of(unknown.iterator().next()),
          "of " + String.join(", ", this.known.keySet()));
    }
  }

  /** Whether the request names it. */
  boolean isGiven(String name) {
    return given.containsKey(name);
  }

  /**
   * A whole number.
   *
   * @throws ServiceException if it is not what it may be
   */
  int whole(String name) {
    return (int) real(name);
  }

  /**
   * A number.
   *
   * @throws ServiceException if it is not what it may be
   */
  double real(String name) {
    Setting setting = known.get(name);
    if (setting == null) {
      throw new IllegalArgumentException("setting: " + name + " (expected: a known one)");
    }
    double value = given.getOrDefault(name, setting.usual());
    boolean good = value >= setting.least() && value <= setting.most();
    if (!good || setting.whole() && value != Math.rint(value)) {
      throw bad(
          "settings." + name,
          String.valueOf(value),
          (setting.whole() ? "a whole number, " : "") + setting.least() + " to " + setting.most());
    }
    return value;
  }

  /**
   * A fault that shows when the parts of a request are put together, by the word it begins with.
   */
  ServiceException misfit(IllegalArgumentException e) {
    String sentence = String.valueOf(e.getMessage()).replace("noise-modes", "noise_modes");
    String word = sentence.split("[:. ]", 2)[0];
    String field = known.containsKey(word) ? "settings." + word : FIELDS.get(word);
    return field == null
        ? ServiceException.field(ErrorCode.BAD_FIELD, "settings", sentence)
        : ServiceException.field(
            ErrorCode.BAD_FIELD,
            field,
            field.equals("target") ? sentence : field + sentence.substring(word.length()));
  }

  /** A fault of a field. */
  static ServiceException bad(String field, String value, String expected) {
    return ServiceException.field(
        ErrorCode.BAD_FIELD, field, field + ": " + value + " (expected: " + expected + ")");
  }
}
