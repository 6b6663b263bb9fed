package org.fieldstream.monitoring.statistics;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Running reweighted mean of one quantity over several independent chains of draws with log
 * weights, in bounded memory: sum w a / sum w over all, with the binned jackknife of {@link
 * OnlineDerived} for each chain.
 *
 * <p>To first order the deviation of the mean is sum_r (W_r / W) (mean_r - a), with W_r the weight
 * of chain r and W = sum_r W_r, so that error^2 = sum_r (W_r / W)^2 error_r^2. The effective number
 * of measurements is that of independent ones of the target with the same error: the reweighted
 * variance of the quantity over error^2.
 *
 * <p>Deterministic: a function of the measurements in order. Not thread-safe.
 */
public final class OnlineWeightedReplicas {
  private static final class Replica {
    final OnlineDerived moments = new OnlineDerived(2);
    final OnlineWeights weights = new OnlineWeights();
  }

  private final Map<Long, Replica> replicas = new LinkedHashMap<>();
  private double origin;
  private long count;

  /**
   * Adds the next draw of a chain.
   *
   * @param replica which chain
   * @param logWeight nats, finite
   * @param value finite
   */
  public void add(long replica, double logWeight, double value) {
    Require.finite("value", value);
    Require.finite("logWeight", logWeight);
    if (count == 0) {
      // Squares of the distance from somewhere near the mean keep their digits.
      origin = value;
    }
    count++;
    Replica of = replicas.computeIfAbsent(replica, r -> new Replica());
    double from = value - origin;
    of.moments.addWeighted(logWeight, from, from * from);
    of.weights.add(logWeight);
  }

  /** Number of draws, over all chains. */
  public long count() {
    return count;
  }

  /** Number of chains. */
  public int replicas() {
    return replicas.size();
  }

  /** The reweighted mean; NaN before the first draw. */
  public double mean() {
    return count == 0 ? Double.NaN : origin + moments()[0];
  }

  /**
   * Mean, error and effective number of measurements.
   *
   * @return error and effective number are NaN while a chain has too few bins, and where all values
   *     are equal
   */
  public WeightedEstimate estimate() {
    if (count == 0) {
      return new WeightedEstimate(Double.NaN, Double.NaN, 0, Double.NaN);
    }
    double[] moments = moments();
    double total = logTotal();
    double squared = 0;
    for (Replica replica : replicas.values()) {
      double share = Math.exp(logWeight(replica) - total);
      double error = replica.moments.estimate(means -> means[0]).error();
      squared += share * share * error * error;
    }
    double variance = moments[1] - moments[0] * moments[0];
    boolean known = squared > 0 && variance > 0;
    return new WeightedEstimate(
        origin + moments[0],
        known ? Math.sqrt(squared) : Double.NaN,
        count,
        known ? Math.min(count, variance / squared) : Double.NaN);
  }

  /** Reweighted means of the distance from the origin and of its square. */
  private double[] moments() {
    double total = logTotal();
    double[] sums = new double[2];
    for (Replica replica : replicas.values()) {
      double share = Math.exp(logWeight(replica) - total);
      double[] means = replica.moments.means();
      sums[0] += share * means[0];
      sums[1] += share * means[1];
    }
    return sums;
  }

  /** log sum_r W_r. */
  private double logTotal() {
    double max = Double.NEGATIVE_INFINITY;
    for (Replica replica : replicas.values()) {
      max = Math.max(max, logWeight(replica));
    }
    double sum = 0;
    for (Replica replica : replicas.values()) {
      sum += Math.exp(logWeight(replica) - max);
    }
    return max + Math.log(sum);
  }

  private static double logWeight(Replica replica) {
    return replica.weights.logMeanWeight() + Math.log(replica.weights.count());
  }
}
