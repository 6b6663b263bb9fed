package org.fieldstream.server.generator;

/**
 * A set of independent Markov chains in lanes with stationary distribution exp(-S), a function of
 * (model, target, seed, machine kind) and the number of steps taken. Configuration {@code i} of a
 * stream is chain {@code i % chains()} after {@code i / chains() + 1} steps.
 *
 * <p>Not thread-safe: called on the device's one worker thread only.
 */
public interface ChainSource extends AutoCloseable {
  /** Shape of each configuration. */
  FieldShape shape();

  /** Number of chains; fixed for the life of the source. */
  int chains();

  /**
   * Does a bounded slice of the thermalisation, at most a few hundred milliseconds of work, so that
   * cancellation is seen.
   *
   * @return true when thermalised; {@link #step} may be called from then on
   */
  boolean thermalise();

  /** What thermalisation did, one line for a person: trajectories, step size, acceptance. */
  String thermalisation();

  /** Advances every chain by one step (trajectory) and returns the chains' states. */
  ChainBatch step();

  /**
   * The states after a step.
   *
   * @param batch the states; its {@code logDensity} is {@code -action}
   * @param accepted whether each chain's proposal was accepted (always true for unadjusted
   *     Langevin)
   */
  record ChainBatch(DrawBatch batch, boolean[] accepted) {}

  @Override
  void close();
}
