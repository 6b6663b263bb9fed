package org.fieldstream.server.session;

/** A stream's handle on its work. Safe for use by several threads; never blocks. */
public interface StreamTicket {
  /**
   * Allows more configurations to be computed. Nothing is computed that was not requested.
   *
   * @param configurations how many more, at least 1
   */
  void request(long configurations);

  /** Lets the message that is begun be completed and computes nothing after it. */
  void finish();

  /** Frees the stream's work; what the device computes right now is the last. */
  void cancel();
}
