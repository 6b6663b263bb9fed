package org.fieldstream.server.certify;

/** Configurations to be certified, one part after the other. Not thread-safe. */
public interface ConfigurationSource extends AutoCloseable {
  /**
   * Some configurations.
   *
   * @param count how many; 0 at the end
   * @param fields {@code [count][components][L0][L1]...}, C order
   * @param replica the chain each belongs to
   * @param time its Monte Carlo time there
   * @param logWeight its log weight (nats); 0 where there is none
   */
  record Part(int count, float[] fields, int[] replica, long[] time, double[] logWeight) {}

  /** How many configurations there will be. */
  int planned();

  /**
   * The next ones; a bounded piece of work. May be fewer than asked for, also none, before the end:
   * see {@link #isOver()}.
   *
   * @param most at most so many
   */
  Part next(int most);

  /** Whether all have been given. */
  boolean isOver();

  @Override
  void close();
}
