package org.fieldstream.server.bench;

/** A peer program that did not do its part: says which, what happened and what was expected. */
public final class PeerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PeerException(String message) {
    super(message);
  }

  PeerException(String message, Throwable cause) {
    super(message, cause);
  }
}
