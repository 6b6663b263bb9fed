package org.fieldstream.server.generator.chain;

/** A change of all chains between two steps that leaves exp(-S) as it is. */
interface Move extends AutoCloseable {
  /**
   * Moves all chains.
   *
   * @param index counter of the random numbers, another one each time
   * @param fields {@code [chain][components][V]}; modified
   * @param action of each chain; modified
   */
  void run(long index, float[] fields, double[] action);

  @Override
  void close();
}
