package org.fieldstream.server.bench;

/** How many independent configurations a configuration is worth. */
public sealed interface Quality {
  /** Independent configurations a configuration is worth, in (0, 1]. */
  double worth();

  /** Standard deviation of {@link #worth} over {@link #worth}. */
  double relativeError();

  /**
   * Of independent draws: (sum w)^2 / (n sum w^2) over the full sample.
   *
   * @param ratio ESS/N
   * @param error one standard deviation, from a jackknife; NaN where so few draws carry all the
   *     weight that there is none
   * @param draws n
   */
  record Ess(double ratio, double error, int draws) implements Quality {
    @Override
    public double worth() {
      return ratio;
    }

    /** ESS: how many of the draws carry the weight. */
    public double effective() {
      return ratio * draws;
    }

    @Override
    public double relativeError() {
      return error / ratio;
    }
  }

  /**
   * Of the states of a Markov chain: 1 / (2 tau_int) of the slowest observable that was watched.
   *
   * @param twice 2 tau_int, in states; infinite where the observable is frozen
   * @param error one standard deviation
   * @param observable the slowest
   */
  record TwoTau(double twice, double error, String observable) implements Quality {
    /** Whether no chain ever changed the observable, see {@link Slowest}. */
    boolean isFrozen() {
      return Double.isInfinite(twice);
    }

    @Override
    public double worth() {
      return 1 / twice;
    }

    @Override
    public double relativeError() {
      return error / twice;
    }
  }
}
