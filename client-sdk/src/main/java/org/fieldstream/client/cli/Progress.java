package org.fieldstream.client.cli;

/** Shows how far a run is. */
interface Progress extends AutoCloseable {
  /**
   * Reports progress; may be called as often as one likes.
   *
   * @param done configurations so far, or any other unit the total was given in
   * @param figures the figures of the moment, one short line; made only when shown
   */
  void update(long done, java.util.function.Supplier<String> figures);

  /** Prints a line that stays. */
  void line(String text);

  @Override
  void close();
}
