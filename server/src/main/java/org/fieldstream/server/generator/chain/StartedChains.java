package org.fieldstream.server.generator.chain;

import org.fieldstream.server.generator.ChainSource;

/** Chains from thermal configurations, which can start again and again. */
public interface StartedChains extends ChainSource {
  /**
   * Puts every chain into a further configuration of its {@link ChainStart}. Step size and
   * trajectory length stay as they are, and random numbers go on: what follows is as independent of
   * what was before as the configurations are.
   *
   * @throws IllegalStateException before {@link #thermalise} is over
   */
  void startOver();
}
