package org.fieldstream.server.generator.chain;

import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.theory.Dynamics;

/** How a step of a chain is made. */
sealed interface Scheme permits Integrator, LocalScheme {
  /** Part of the algorithm's fingerprint. */
  String name();

  /** In words. */
  String title();

  /** What a theory must be able to do. */
  Class<? extends Dynamics> needs();

  /** Largest size of what is proposed, for trajectories of any length. */
  double largest(Dynamics theory);

  /** Size of what is proposed, to begin with. */
  double start(Dynamics theory);

  /**
   * Chains from a hot start.
   *
   * @param theory one that can do what is needed
   * @param seed stream seed
   */
  ChainLanes open(
      Dynamics theory, ChainAlgorithm algorithm, long seed, int chains, Machine machine);
}
