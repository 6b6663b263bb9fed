package org.fieldstream.server.config;

/** Checks of configured values; the messages reach the person who configured them. */
final class Check {
  private Check() {}

  static void range(String key, long value, long least, long most) {
    that(value >= least && value <= most, key, value, least + " to " + most);
  }

  static void that(boolean good, String key, Object value, String expected) {
    if (!good) {
      throw new ConfigException(
          key
              + ": "
              + (value instanceof String text && text.isBlank() ? "empty" : value)
              + " (expected: "
              + expected
              + ")");
    }
  }
}
