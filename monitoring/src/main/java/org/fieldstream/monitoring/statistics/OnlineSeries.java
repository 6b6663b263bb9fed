package org.fieldstream.monitoring.statistics;

/**
 * Running mean, error and integrated autocorrelation time of a series, in O(log n) memory: the
 * Gamma method of U. Wolff, hep-lat/0306017, on the correlations of {@link MultiTauCorrelator}.
 * Agrees with {@link GammaMethod} on the whole series within a few percent.
 *
 * <p>A series may interleave several independent chains: value i is chain {@code i % chains}. Times
 * are then in steps of one chain, and correlations are summed over the first {@value #TRACKED}
 * chains only, so that memory stays bounded; the mean is over all. Where chains are many and short
 * against tau_int, the scatter of all of them tells the error: {@link ReplicaScatter}.
 *
 * <p>Deterministic: a function of the values in order. Not thread-safe.
 */
public final class OnlineSeries {
  /** Chains whose correlations are followed, at most. */
  public static final int TRACKED = 16;

  private final int chains;
  private final MultiTauCorrelator[] correlators;

  /** Of each chain, about the first value of all; only where chains are many. */
  private final double[] sums;

  private double origin;
  private int chain;
  private long count;
  private double mean;
  private double squares;

  /** A series of one chain. */
  public OnlineSeries() {
    this(1);
  }

  /**
   * A series of interleaved independent chains.
   *
   * @param chains number of chains, at least 1
   */
  public OnlineSeries(int chains) {
    this.chains = Require.atLeast("chains", chains, 1);
    correlators = new MultiTauCorrelator[Math.min(chains, TRACKED)];
    for (int c = 0; c < correlators.length; c++) {
      correlators[c] = new MultiTauCorrelator();
    }
    sums = new double[chains >= ReplicaScatter.MANY ? chains : 0];
  }

  /**
   * Adds the next value.
   *
   * @param value finite
   */
  public void add(double value) {
    Require.finite("value", value);
    if (count == 0) {
      origin = value;
    }
    count++;
    double delta = value - mean;
    mean += delta / count;
    squares += delta * (value - mean);
    if (chain < correlators.length) {
      correlators[chain].add(value);
    }
    if (sums.length > 0) {
      sums[chain] += value - origin;
    }
    chain++;
    if (chain == chains) {
      chain = 0;
    }
  }

  /** Number of values, over all chains. */
  public long count() {
    return count;
  }

  /** Mean; NaN before the first value. */
  public double mean() {
    return count == 0 ? Double.NaN : mean;
  }

  /** Biased variance sum (a - mean)^2 / n of one value; NaN before the first. */
  public double variance() {
    return count == 0 ? Double.NaN : squares / count;
  }

  /**
   * Error of the mean, tau_int included; NaN below {@value GammaMethod#MINIMUM_LENGTH} values a
   * chain, of 20 chains or more below one.
   */
  public double error() {
    return estimate().error();
  }

  /** Integrated autocorrelation time in steps of one chain; NaN where {@link #error} is. */
  public double tauInt() {
    return estimate().tauInt();
  }

  /** Error of {@link #tauInt}. */
  public double tauIntError() {
    return estimate().tauIntError();
  }

  /**
   * All of it at once; cheaper than one by one.
   *
   * @return NaN for what cannot be known below {@value GammaMethod#MINIMUM_LENGTH} values a chain,
   *     of 20 chains or more below one
   */
  public Estimate estimate() {
    Estimate within = withinChains();
    boolean all = count >= chains && squares > 0;
    return all && ReplicaScatter.tells(sums.length, (double) count / chains, within.tauInt())
        ? betweenChains()
        : within;
  }

  private Estimate betweenChains() {
    double[] deviations = new double[chains];
    for (int c = 0; c < chains; c++) {
      long length = count / chains + (c < chain ? 1 : 0);
      deviations[c] = sums[c] - (mean - origin) * length;
    }
    return ReplicaScatter.of(mean, deviations, squares, count);
  }

  /**
   * The Gamma method within the chains alone, as many as they are: whether they move at all.
   *
   * @return NaN for what cannot be known below {@value GammaMethod#MINIMUM_LENGTH} values a chain
   */
  public Estimate withinChains() {
    long shortest = count / chains;
    if (shortest < GammaMethod.MINIMUM_LENGTH) {
      return new Estimate(mean(), Double.NaN, Double.NaN, Double.NaN, 0, count);
    }
    long tracked = 0;
    double sum = 0;
    for (MultiTauCorrelator correlator : correlators) {
      tracked += correlator.count();
      sum += correlator.sum();
    }
    // The tracked chains' own mean, for which the bias correction holds.
    double trackedMean = correlators.length == chains ? mean : sum / tracked;
    double gamma0 = gamma(0, trackedMean);
    if (squares == 0) {
      return new Estimate(mean, 0, 0.5, 0, 0, count);
    }
    if (!(gamma0 > 0)) {
      // Only chains that are not tracked ever moved.
      return new Estimate(mean, Double.NaN, Double.NaN, Double.NaN, 0, count);
    }
    AutomaticWindow window =
        AutomaticWindow.find(
            GammaMethod.DEFAULT_S,
            gamma0,
            MultiTauCorrelator::lagAfter,
            lag -> gamma(lag, trackedMean),
            shortest / 2,
            tracked);
    double perValue = window.correctedSum() / gamma0 * variance();
    return new Estimate(
        mean,
        Math.sqrt(perValue / count),
        window.tauInt(),
        window.tauIntError(),
        window.window(),
        count);
  }

  private double gamma(long lag, double about) {
    double sum = 0;
    long products = 0;
    for (MultiTauCorrelator correlator : correlators) {
      sum += correlator.productSum(lag, about);
      products += correlator.products(lag);
    }
    return sum / products;
  }
}
