package org.fieldstream.server.generator.chain;

/**
 * Configurations for chains to start from that are distributed by exp(-S) already, such as exact
 * draws or states of a Metropolis chain on a flow's draws.
 */
@FunctionalInterface
public interface ChainStart {
  /**
   * Gives the next configuration, as good as independent of those before.
   *
   * @param fields receives {@code [components][V]}; modified
   * @param offset first value of the configuration
   */
  void next(float[] fields, int offset);
}
