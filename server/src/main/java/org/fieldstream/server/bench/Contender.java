package org.fieldstream.server.bench;

/** Something that makes configurations and is measured in turns. */
interface Contender extends AutoCloseable {
  /** What it is called in progress lines and tables. */
  String name();

  /** Makes itself fast before the first turn: the JIT compiles. */
  void warmUp();

  /**
   * One turn.
   *
   * @param round 1 to the number of rounds
   * @return configurations per CPU-second
   */
  double turn(int round);

  /** Adds to the sample, after the last turn, what its quality needs. */
  void lengthen();

  /**
   * The row of the table.
   *
   * @param rate the turns' rates
   */
  BenchRow row(Rate rate);

  @Override
  void close();
}
