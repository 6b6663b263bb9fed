package org.fieldstream.server.config;

/**
 * Where models are kept.
 *
 * @param directory the data directory; models are in its subdirectory {@code models}
 */
public record DataConfig(String directory) {
  /** Unless configured. */
  public static final DataConfig DEFAULTS = new DataConfig("data");

  public DataConfig {
    Check.that(!directory.isBlank(), "data.directory", directory, "a directory");
  }
}
