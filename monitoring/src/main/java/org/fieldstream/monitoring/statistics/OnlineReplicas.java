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
 * their scatter tells the error instead, as in {@link TimedReplicas}.
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
   *     values and there are not {@value TimedReplicas#MANY} of them; an error of 0 where all
   *     values are equal
   */
  public Estimate estimate() {
    boolean scattered =
        correlators.size() >= TimedReplicas.MANY
            && count < (long) TimedReplicas.SHORT * correlators.size();
    if (!scattered && longest < GammaMethod.MINIMUM_LENGTH) {
      return new Estimate(mean(), Double.NaN, Double.NaN, Double.NaN, 0, count);
    }
    double gamma0 = squares / count;
    if (!(gamma0 > 0)) {
      return new Estimate(mean, 0, 0.5, 0, 0, count);
    }
    return scattered ? betweenReplicas() : withinReplicas();
  }

  private Estimate withinReplicas() {
    AutomaticWindow window =
        AutomaticWindow.find(
            GammaMethod.DEFAULT_S,
            gamma(0),
            MultiTauCorrelator::lagAfter,
            this::gamma,
            longest / 2,
            count);
    double perValue = window.correctedSum() / gamma(0) * variance();
    return new Estimate(
        mean,
        Math.sqrt(perValue / count),
        window.tauInt(),
        window.tauIntError(),
        window.window(),
        count);
  }

  /** error^2 = R/(R-1) sum_r S_r^2 / N^2, with S_r the sum of a chain's deviations. */
  private Estimate betweenReplicas() {
    int replicas = correlators.size();
    double sums = 0;
    for (MultiTauCorrelator correlator : correlators) {
      double sum = correlator.sum() - mean * correlator.count();
      sums += sum * sum;
    }
    double error2 = sums * replicas / (replicas - 1.0) / count / count;
    double tauInt = error2 * count / (2 * variance());
    // The relative error of an error from R sums is 1 / sqrt(2 (R - 1)): the window that says so.
    long window = Math.max(0, count / (2L * (replicas - 1)) - 1);
    return new Estimate(
        mean,
        Math.sqrt(error2),
        tauInt,
        tauInt * Math.sqrt(2.0 / (replicas - 1)),
        (int) window,
        count);
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
