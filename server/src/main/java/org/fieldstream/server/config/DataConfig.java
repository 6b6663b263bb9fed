package org.fieldstream.server.config;

/**
 * Where models, ensembles and measurements are kept.
 *
 * @param directory the data directory; models are in its subdirectory {@code models}, ensembles in
 *     {@code ensembles}, recorded measurements in its file {@code measurements.db}, which the first
 *     of them makes
 * @param ensembleBytes disk space that all ensembles together may take, in bytes, at least 1 MiB
 * @param certifyConfigurations how many configurations of a pushed ensemble are tested by
 *     themselves, in the device's idle time; 0 for none, at most 262,144
 */
public record DataConfig(String directory, long ensembleBytes, int certifyConfigurations) {
  /** Unless configured. */
  public static final DataConfig DEFAULTS = new DataConfig("data", 64L << 30, 1 << 14);

  public DataConfig {
    Check.that(!directory.isBlank(), "data.directory", directory, "a directory");
    Check.range("data.ensembleBytes", ensembleBytes, 1 << 20, 1L << 50);
    Check.range("data.certifyConfigurations", certifyConfigurations, 0, 1 << 18);
  }
}
