package org.fieldstream.server.config;

/**
 * Where models, ensembles and measurements are kept.
 *
 * @param directory the data directory; models are in its subdirectory {@code models}, ensembles in
 *     {@code ensembles}, recorded measurements in its file {@code measurements.db}, which the first
 *     of them makes
 * @param ensembleBytes disk space that all ensembles together may take, in bytes, at least 1 MiB
 */
public record DataConfig(String directory, long ensembleBytes) {
  /** Unless configured. */
  public static final DataConfig DEFAULTS = new DataConfig("data", 64L << 30);

  public DataConfig {
    Check.that(!directory.isBlank(), "data.directory", directory, "a directory");
    Check.range("data.ensembleBytes", ensembleBytes, 1 << 20, 1L << 50);
  }
}
