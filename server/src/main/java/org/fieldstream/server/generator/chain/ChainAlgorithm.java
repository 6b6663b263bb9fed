package org.fieldstream.server.generator.chain;

import org.fieldstream.server.generator.Exactness;

/**
 * What makes one Markov chain differ from another.
 *
 * @param name name, for example {@code hmc}
 * @param integrator integrator of the equations of motion
 * @param length trajectory length, in units of molecular-dynamics time (momenta of unit mass), or
 *     {@link #ONE_STEP}
 * @param longest up to this the trajectory length is adapted while thermalising; {@code length} for
 *     one that stays as it is
 * @param acceptance acceptance to which the step size is adapted while thermalising, in (0, 1), or
 *     {@link #UNADJUSTED} for a chain without accept/reject
 * @param jitter the step size of each trajectory is uniform within this fraction around its mean,
 *     so that no mode of the free field comes back to where it started
 * @param signs what is done to the signs of the field after each trajectory
 * @param exactness what its states are
 * @param description a sentence for the registry
 */
record ChainAlgorithm(
    String name,
    Integrator integrator,
    double length,
    double longest,
    double acceptance,
    double jitter,
    Signs signs,
    Exactness exactness,
    String description) {
  /** What is done to signs between trajectories. */
  enum Signs {
    /** Nothing. */
    LEFT,
    /** Clusters take new ones, see {@link SignClusters}. */
    OF_CLUSTERS
  }

  /** A trajectory of a single step of whatever size. */
  static final double ONE_STEP = 0;

  /** Every proposal is accepted. */
  static final double UNADJUSTED = 1;

  /** Raised whenever the states change. */
  private static final String VERSION = "2";

  /**
   * Step size of an unadjusted chain in units of the smallest period over 2 pi: the bias of the
   * fastest mode's variance is (h omega)^2 / 4 = 5 %, less for all others.
   */
  static final double UNADJUSTED_STEP = Math.sqrt(0.2);

  /**
   * Hybrid Monte Carlo: S. Duane, A. D. Kennedy, B. J. Pendleton, D. Roweth, Phys. Lett. B 195
   * (1987) 216.
   */
  static ChainAlgorithm hmc() {
    return new ChainAlgorithm(
        "hmc",
        Integrator.OMELYAN,
        1,
        8,
        0.8,
        0.2,
        Signs.LEFT,
        Exactness.METROPOLIS,
        "hybrid Monte Carlo, minimum-norm integrator, trajectory length fitted to the theory");
  }

  /** The textbook's: leapfrog, trajectories of length 1. */
  static ChainAlgorithm hmcLeapfrog() {
    return new ChainAlgorithm(
        "hmc-leapfrog",
        Integrator.LEAPFROG,
        1,
        1,
        0.8,
        0.2,
        Signs.LEFT,
        Exactness.METROPOLIS,
        "hybrid Monte Carlo, leapfrog integrator, trajectories of length 1");
  }

  /** Leapfrog, trajectories of length 1, every step the same: what other programs do. */
  static ChainAlgorithm plain() {
    return new ChainAlgorithm(
        "plain",
        Integrator.LEAPFROG,
        1,
        1,
        0.8,
        0,
        Signs.LEFT,
        Exactness.METROPOLIS,
        "leapfrog, trajectories of length 1, no jitter");
  }

  /**
   * Metropolis-adjusted Langevin: G. O. Roberts, R. L. Tweedie, Bernoulli 2 (1996) 341. It is HMC
   * with one leapfrog step h: phi' = phi - (h^2 / 2) dS/dphi + h xi, and the Hastings ratio of that
   * Gaussian proposal is exp(-dH). The acceptance aimed at is the optimal 0.574 of G. O. Roberts,
   * J. S. Rosenthal, J. R. Stat. Soc. B 60 (1998) 255.
   */
  static ChainAlgorithm mala() {
    return new ChainAlgorithm(
        "mala",
        Integrator.LEAPFROG,
        ONE_STEP,
        ONE_STEP,
        0.574,
        0,
        Signs.LEFT,
        Exactness.LANGEVIN_ADJUSTED,
        "Metropolis-adjusted Langevin, one step a configuration");
  }

  /** Unadjusted Langevin, the Euler-Maruyama discretisation: biased at second order in h. */
  static ChainAlgorithm langevin() {
    return new ChainAlgorithm(
        "langevin",
        Integrator.LEAPFROG,
        ONE_STEP,
        ONE_STEP,
        UNADJUSTED,
        0,
        Signs.LEFT,
        Exactness.RAW,
        "unadjusted Langevin, one step a configuration; biased by its finite step");
  }

  /**
   * Embedded clusters and short trajectories in turns: the clusters move what is slow, the
   * trajectories the modulus of the field and what is fast. R. C. Brower, P. Tamayo, Phys. Rev.
   * Lett. 62 (1989) 1087, with trajectories in place of single Metropolis steps.
   */
  static ChainAlgorithm cluster() {
    return new ChainAlgorithm(
        "cluster",
        Integrator.OMELYAN,
        1,
        1,
        0.8,
        0.2,
        Signs.OF_CLUSTERS,
        Exactness.METROPOLIS,
        "embedded sign clusters (Brower and Tamayo) and short HMC trajectories in turns");
  }

  /** Whether the step size is adapted and proposals can be rejected. */
  boolean isAdjusted() {
    return acceptance < UNADJUSTED;
  }

  /** Whether the trajectory length is adapted. */
  boolean isLengthAdapted() {
    return longest > length;
  }

  /** Number of steps of a trajectory of a given length with steps of about the given size. */
  static int steps(double length, double eps) {
    return length == ONE_STEP ? 1 : Math.max(1, (int) Math.ceil(length / eps - 1e-9));
  }

  /** All that decides the states, in a line. */
  String fingerprint() {
    String trajectories =
        String.join(
            " ",
            name,
            VERSION,
            integrator.name(),
            Double.toString(length),
            Double.toString(longest),
            Double.toString(acceptance),
            Double.toString(jitter));
    // Chains without clusters keep the fingerprint they had before there were any.
    return signs == Signs.LEFT ? trajectories : trajectories + " sign clusters";
  }
}
