package org.fieldstream.server.generator.chain;

import java.util.List;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.theory.Dynamics;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.Winding;

/**
 * A Markov step that leaves exp(-S) as it is, for configurations from anywhere: what is drawn from
 * exp(-S) stays so. Step size and trajectory length are adapted on chains of its own before the
 * first of them is loaded, and then stay, so that nothing depends on the configurations.
 *
 * <p>Not thread-safe: called on the device's one worker thread only.
 */
public final class ExactKernel implements AutoCloseable {
  /**
   * HMC trajectories of fitting length with what the theory has to move what they do not, clusters
   * of signs or proposals of neighbouring sectors; and trajectories alone.
   */
  public static final List<String> NAMES = List.of("mixing", "hmc");

  private final Dynamics theory;
  private final LatticeChains chains;

  /**
   * A kernel.
   *
   * @param theory whose exp(-S) it keeps
   * @param name one of {@link #NAMES}
   * @param seed of its random numbers
   */
  public ExactKernel(Dynamics theory, String name, long seed, Machine machine) {
    this.theory = theory;
    chains = new LatticeChains(theory, algorithm(theory, name), seed, null, machine);
  }

  private static ChainAlgorithm algorithm(Dynamics theory, String name) {
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException("kernel: " + name + " (expected: one of " + NAMES + ")");
    }
    boolean mixing = name.equals("mixing");
    if (mixing && theory instanceof Winding) {
      return ChainAlgorithm.winding();
    }
    return mixing && theory instanceof Phi4 ? ChainAlgorithm.mixing() : ChainAlgorithm.hmc();
  }

  /** Configurations at a time. */
  public int lanes() {
    return chains.chains();
  }

  /**
   * Does a bounded slice of the adaptation.
   *
   * @return whether it is done; {@link #load} may be called from then on
   */
  public boolean prepare() {
    return chains.thermalise();
  }

  /** The larger of tau_int of what is slow and of S, of the kernel's own chains, in steps. */
  public double tauInt() {
    return chains.tauInt();
  }

  /** What the kernel is, for a person. */
  public String describe() {
    return chains.thermalisation();
  }

  /**
   * Takes configurations.
   *
   * @param fields {@code [count][components][V]}; not modified
   * @param count 1 to {@link #lanes()}
   */
  public void load(float[] fields, int count) {
    int size = theory.components() * theory.sites();
    ChainLanes lanes = chains.lanes();
    for (int c = 0; c < lanes(); c++) {
      // Lanes that are not used hold something that moves as well.
      System.arraycopy(fields, (c % count) * size, lanes.fields(), c * size, size);
      theory.normalise(lanes.fields(), c * size);
      lanes.action()[c] = theory.action(lanes.fields(), c * size);
    }
  }

  /** Moves every configuration by one step. */
  public void advance() {
    chains.advance();
  }

  /** The configurations as they are, {@code [lane][components][V]}; not to be modified. */
  public float[] fields() {
    return chains.lanes().fields();
  }

  /** Their actions; a copy. */
  public double[] action() {
    return chains.lanes().action().clone();
  }

  @Override
  public void close() {
    chains.close();
  }
}
