package org.fieldstream.server.generator.chain;

import java.util.List;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.theory.Dynamics;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.Theories;
import org.jspecify.annotations.Nullable;

/**
 * What makes one Markov chain differ from another.
 *
 * @param name name, for example {@code hmc}
 * @param scheme how a step is made
 * @param length trajectory length, in units of molecular-dynamics time (momenta of unit mass), or
 *     {@link #ONE_STEP}
 * @param longest up to this the trajectory length is adapted while thermalising; {@code length} for
 *     one that stays as it is
 * @param acceptance acceptance to which the step size is adapted while thermalising, in (0, 1), or
 *     {@link #UNADJUSTED} for a chain without accept/reject
 * @param jitter the step size of each trajectory is uniform within this fraction around its mean,
 *     so that no mode of the free field comes back to where it started
 * @param between what is done after each step
 * @param exactness what its states are
 * @param description a sentence for the registry
 */
record ChainAlgorithm(
    String name,
    Scheme scheme,
    double length,
    double longest,
    double acceptance,
    double jitter,
    Between between,
    Exactness exactness,
    String description) {
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
        Between.NOTHING,
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
        Between.NOTHING,
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
        Between.NOTHING,
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
        Between.NOTHING,
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
        Between.NOTHING,
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
        Between.SIGN_CLUSTERS,
        Exactness.METROPOLIS,
        "embedded sign clusters (Brower and Tamayo) and short HMC trajectories in turns");
  }

  /**
   * {@link #cluster()} with trajectories as long as {@link #hmc()}'s: clusters turn signs, long
   * trajectories move the modulus where it is soft, so that everything is forgotten soon.
   */
  static ChainAlgorithm mixing() {
    return new ChainAlgorithm(
        "mixing",
        Integrator.OMELYAN,
        1,
        8,
        0.8,
        0.2,
        Between.SIGN_CLUSTERS,
        Exactness.METROPOLIS,
        "embedded sign clusters and HMC trajectories of fitting length in turns");
  }

  /**
   * Trajectories, and proposals of the neighbouring sector in turns: what freezes the charge of
   * trajectories alone near the continuum is the barrier between sectors, and these jump it.
   */
  static ChainAlgorithm winding() {
    return new ChainAlgorithm(
        "winding",
        Integrator.OMELYAN,
        1,
        8,
        0.8,
        0.2,
        Between.SECTORS,
        Exactness.METROPOLIS,
        "HMC trajectories and proposals of the neighbouring topological sector in turns");
  }

  /**
   * Single variables in turns. Half of the proposals accepted is near the optimum of the uniform
   * ones.
   */
  static ChainAlgorithm local() {
    return new ChainAlgorithm(
        "local",
        LocalScheme.METROPOLIS,
        ONE_STEP,
        ONE_STEP,
        0.5,
        0,
        Between.NOTHING,
        Exactness.METROPOLIS,
        "local Metropolis and microcanonical updates of single variables, "
            + Sweeps.EACH
            + " sweeps a configuration");
  }

  private static final Theories THEORIES = new Theories();

  /**
   * The theory of a target, one that this algorithm can move.
   *
   * @param target a request's target; null where it has none
   * @throws org.fieldstream.server.theory.BadTargetException naming the field at fault
   */
  Dynamics theory(@Nullable Target target) {
    return THEORIES.of(target, needs());
  }

  /** Names of the theories that this algorithm can move. */
  List<String> theories() {
    return THEORIES.names(needs());
  }

  /** Of the two needs one includes the other: no algorithm has two special ones. */
  private Class<? extends Dynamics> needs() {
    return between == Between.NOTHING ? scheme.needs() : between.needs();
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
            scheme.name(),
            Double.toString(length),
            Double.toString(longest),
            Double.toString(acceptance),
            Double.toString(jitter));
    // Chains without either keep the fingerprint they had before there were any.
    return between == Between.NOTHING ? trajectories : trajectories + " " + between.title();
  }
}
