package org.fieldstream.server.generator.chain;

/**
 * Configurations for chains to start from that are distributed by exp(-S) already, such as exact
 * draws or states of a Metropolis chain on a flow's draws.
 */
@FunctionalInterface
public interface ChainStart {
  /**
   * Gives the next configuration, nearly independent of those before: how nearly is the source's to
   * say, for chains that start from it are as independent of each other.
   *
   * @param fields receives {@code [components][V]}; modified
   * @param offset first value of the configuration
   */
  void next(float[] fields, int offset);
}
