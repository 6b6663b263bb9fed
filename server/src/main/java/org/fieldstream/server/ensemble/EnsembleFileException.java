package org.fieldstream.server.ensemble;

/** A file of an ensemble that cannot be used; the message names the file and the remedy. */
public final class EnsembleFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EnsembleFileException(String message) {
    super(message);
  }

  EnsembleFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
