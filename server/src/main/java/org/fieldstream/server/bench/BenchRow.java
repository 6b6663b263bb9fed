package org.fieldstream.server.bench;

import org.jspecify.annotations.Nullable;

/**
 * What was measured on one lattice.
 *
 * @param model id of the flow
 * @param extent L of the L x L lattice
 * @param m2 coupling
 * @param lambda coupling
 * @param flow the flow
 * @param hmc the service's HMC
 * @param peer the peer program; null where none was given
 */
public record BenchRow(
    String model,
    int extent,
    double m2,
    double lambda,
    Flow flow,
    Chain hmc,
    @Nullable Chain peer) {
  /**
   * Independent draws.
   *
   * @param rate draws per CPU-second
   * @param ess (sum w)^2 / (n sum w^2) over all draws
   * @param draws n
   */
  public record Flow(Rate rate, double ess, int draws) {
    /** Draws times ESS per CPU-second. */
    public double independent() {
      return rate.perCpuSecond() * ess;
    }
  }

  /**
   * A Markov chain.
   *
   * @param rate trajectories per CPU-second
   * @param tauInt of the magnetisation, in trajectories
   * @param tauIntError its error; NaN where not known
   * @param choice steps and acceptance, for a person
   */
  public record Chain(Rate rate, double tauInt, double tauIntError, String choice) {
    /** Trajectories over 2 tau_int per CPU-second. */
    public double independent() {
      return rate.perCpuSecond() / (2 * tauInt);
    }
  }

  /** Independent configurations of the flow over those of the service's HMC. */
  public double flowOverHmc() {
    return flow.independent() / hmc.independent();
  }

  /** Independent configurations of the flow over those of the peer; NaN where there is none. */
  public double flowOverPeer() {
    Chain other = peer;
    return other == null ? Double.NaN : flow.independent() / other.independent();
  }
}
