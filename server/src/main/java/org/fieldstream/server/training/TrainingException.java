package org.fieldstream.server.training;

/** A training that cannot go on: says why, and what may help. */
public final class TrainingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TrainingException(String message) {
    super(message);
  }
}
