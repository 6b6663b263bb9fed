package org.fieldstream.server.model;

/** A model file that cannot be used: says what is wrong and what was expected. */
public final class ModelFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public ModelFileException(String message) {
    super(message);
  }

  /** What is wrong, and why. */
  public ModelFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
