package org.fieldstream.server.config;

/** A configuration that cannot be used; the message names the key and the remedy. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A message for the person who wrote the configuration. */
  public ConfigException(String message) {
    super(message);
  }
}
