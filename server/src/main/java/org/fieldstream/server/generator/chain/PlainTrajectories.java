package org.fieldstream.server.generator.chain;

import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.theory.Dynamics;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.Theories;

/**
 * Leapfrog trajectories of length 1 with a given number of steps, neither adapted nor known to be
 * thermal: to set their speed beside that of another program that does just the same.
 */
public final class PlainTrajectories implements AutoCloseable {
  private static final int CHAINS = 64;

  private final Trajectories chains;
  private double acceptance;

  /**
   * Chains from a hot start.
   *
   * @param steps leapfrog steps of a trajectory, at least 1
   */
  public PlainTrajectories(Target target, int steps, long seed, Machine machine) {
    Dynamics theory = new Theories().of(target, Dynamics.class);
    chains =
        new Trajectories(
            theory, ChainAlgorithm.plain(), Integrator.LEAPFROG, seed, CHAINS, machine);
    chains.stepSize(1.0 / steps, steps);
  }

  /** Number of chains. */
  public int chains() {
    return chains.chains();
  }

  /** Advances every chain by one trajectory. */
  public void advance() {
    chains.advance();
    acceptance += chains.acceptance();
  }

  /** Current states, {@code [chain][V]}; not to be modified. */
  public float[] fields() {
    return chains.fields();
  }

  /** Mean acceptance of all trajectories so far. */
  public double acceptance() {
    return acceptance / chains.count();
  }

  @Override
  public void close() {
    chains.close();
  }
}
