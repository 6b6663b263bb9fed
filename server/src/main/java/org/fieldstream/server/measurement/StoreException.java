package org.fieldstream.server.measurement;

/** The store cannot be opened or written; the message says why and what helps. */
public final class StoreException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean full;

  private StoreException(String message, boolean full, Throwable cause) {
    super(message, cause);
    this.full = full;
  }

  static StoreException full(String message, Throwable cause) {
    return new StoreException(message, true, cause);
  }

  static StoreException broken(String message, Throwable cause) {
    return new StoreException(message, false, cause);
  }

  /** Whether nothing is wrong but the room. */
  boolean isFull() {
    return full;
  }
}
