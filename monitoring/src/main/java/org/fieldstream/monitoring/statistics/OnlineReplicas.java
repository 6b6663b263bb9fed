package org.fieldstream.monitoring.statistics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Running mean, error and integrated autocorrelation time of several independent chains of one
 * quantity, whatever their lengths, in O(log n) memory a chain: the Gamma method of U. Wolff,
 * hep-lat/0306017, with replicas. Correlations are summed over all chains about the mean of all
 * (eq. 31), and the window is limited by half the longest chain. Where chains are many and short,
 * their scatter tells the error instead: {@link ReplicaScatter}.
 *
 * <p>Where {@link OnlineSeries} is for chains that advance in step, here each value names its
 * chain. With one chain both give the same numbers.
 *
 * <p>Deterministic: a function of the values in order. Not thread-safe.
 */
public final class OnlineReplicas {
  private final Map<Long, MultiTauCorrelator> byReplica = new HashMap<>();

  /** The same in order of appearance, which fixes the order of sums. */
  private final List<MultiTauCorrelator> correlators = new ArrayList<>();

  /** The chain of the last value: most often that of the next. */
  private @Nullable MultiTauCorrelator last;

  private long lastReplica;
  private long longest;
  private long count;
  private double mean;
  private double squares;

  /**
   * Adds the next value of a chain.
   *
   * @param replica which chain
   * @param value finite
   */
  public void add(long replica, double value) {
    Require.finite("value", value);
    MultiTauCorrelator correlator = correlator(replica);
    correlator.add(value);
    longest = Math.max(longest, correlator.count());
    count++;
    double delta = value - mean;
    mean += delta / count;
    squares += delta * (value - mean);
  }

  private MultiTauCorrelator correlator(long replica) {
    MultiTauCorrelator same = last;
    if (same != null && lastReplica == replica) {
      return same;
    }
    MultiTauCorrelator correlator = byReplica.get(replica);
    if (correlator == null) {
      correlator = new MultiTauCorrelator();
      byReplica.put(replica, correlator);
      correlators.add(correlator);
    }
    last = correlator;
    lastReplica = replica;
    return correlator;
  }

  /** Number of values, over all chains. */
  public long count() {
    return count;
  }

  /** Number of chains. */
  public int replicas() {
    return correlators.size();
  }

  /** Mean over all chains; NaN before the first value. */
  public double mean() {
    return count == 0 ? Double.NaN : mean;
  }

  /** Biased variance sum (a - mean)^2 / n of one value; NaN before the first. */
  public double variance() {
    return count == 0 ? Double.NaN : squares / count;
  }

  /** Values of the longest chain. */
  public long longest() {
    return longest;
  }

  /**
   * All of it at once.
   *
   * @return NaN for what cannot be known while no chain has {@value GammaMethod#MINIMUM_LENGTH}
   *     values and there are not 20 chains; an error of 0 where all values are equal
   */
  public Estimate estimate() {
    boolean constant = count > 0 && !(squares > 0);
    Estimate within = withinReplicas();
    double length = (double) count / Math.max(1, correlators.size());
    return !constant && ReplicaScatter.tells(correlators.size(), length, within.tauInt())
        ? betweenReplicas()
        : within;
  }

  /**
   * The Gamma method within the chains alone, as many as they are: whether they move at all.
   *
   * @return NaN for what cannot be known while no chain has {@value GammaMethod#MINIMUM_LENGTH}
   *     values; an error of 0 where all values are equal
   */
  public Estimate withinReplicas() {
    if (longest < GammaMethod.MINIMUM_LENGTH) {
      return new Estimate(mean(), Double.NaN, Double.NaN, Double.NaN, 0, count);
    }
    double gamma0 = gamma(0);
    if (!(squares > 0) || !(gamma0 > 0)) {
      return new Estimate(mean, 0, 0.5, 0, 0, count);
    }
    AutomaticWindow window =
        AutomaticWindow.find(
            GammaMethod.DEFAULT_S,
            gamma0,
            MultiTauCorrelator::lagAfter,
            this::gamma,
            longest / 2,
            count);
    double perValue = window.correctedSum() / gamma0 * variance();
    return new Estimate(
        mean,
        Math.sqrt(perValue / count),
        window.tauInt(),
        window.tauIntError(),
        window.window(),
        count);
  }

  private Estimate betweenReplicas() {
    double[] sums = new double[correlators.size()];
    for (int r = 0; r < sums.length; r++) {
      sums[r] = correlators.get(r).sum() - mean * correlators.get(r).count();
    }
    return ReplicaScatter.of(mean, sums, squares, count);
  }

  private double gamma(long lag) {
    double sum = 0;
    long products = 0;
    for (MultiTauCorrelator correlator : correlators) {
      sum += correlator.productSum(lag, mean);
      products += correlator.products(lag);
    }
    return sum / products;
  }
}
