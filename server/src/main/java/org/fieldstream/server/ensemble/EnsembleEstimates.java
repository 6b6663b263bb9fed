package org.fieldstream.server.ensemble;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fieldstream.monitoring.statistics.Estimate;
import org.fieldstream.monitoring.statistics.GammaMethod;
import org.fieldstream.monitoring.statistics.Reweighting;
import org.fieldstream.monitoring.statistics.TimedReplicas;
import org.fieldstream.server.generator.Exactness;

/** Means of a stored ensemble's observables, with errors. */
public final class EnsembleEstimates {
  private final Ensemble ensemble;
  private final List<int[]> replicas;

  /** Estimates over an ensemble. */
  public EnsembleEstimates(Ensemble ensemble) {
    this.ensemble = ensemble;
    this.replicas = ensemble.replicas();
  }

  /**
   * The mean of an observable.
   *
   * @param mean the mean, weighted where the ensemble is
   * @param error one standard deviation; NaN where it cannot be told, as all others
   * @param errorOfError one standard deviation of the error
   * @param tauInt in configurations
   * @param tauIntError one standard deviation of tauInt
   * @param effectiveSampleSize how many independent configurations would do
   * @param count configurations
   */
  public record Mean(
      double mean,
      double error,
      double errorOfError,
      double tauInt,
      double tauIntError,
      double effectiveSampleSize,
      long count) {}

  /**
   * Means by name.
   *
   * @param names some of the ensemble's observables
   */
  public Map<String, Mean> of(List<String> names) {
    Map<String, Mean> means = new LinkedHashMap<>();
    if (ensemble.size() == 0) {
      return means;
    }
    TimedReplicas times = times();
    int most = ensemble.columnsAtATime();
    for (int first = 0; first < names.size(); first += most) {
      List<String> some = names.subList(first, Math.min(names.size(), first + most));
      double[][] columns = ensemble.measured(some);
      for (int k = 0; k < some.size(); k++) {
        means.put(some.get(k), mean(times, columns[k]));
      }
    }
    return means;
  }

  /** Monte Carlo times of the ensemble's configurations. */
  public TimedReplicas times() {
    long[][] ids = new long[replicas.size()][];
    for (int r = 0; r < ids.length; r++) {
      int first = replicas.get(r)[0];
      ids[r] = new long[replicas.get(r)[1] - first];
      for (int i = 0; i < ids[r].length; i++) {
        ids[r][i] = ensemble.id(first + i);
      }
    }
    return TimedReplicas.ofIds(ids);
  }

  private double[][] byReplica(double[] column) {
    double[][] values = new double[replicas.size()][];
    for (int r = 0; r < values.length; r++) {
      values[r] = Arrays.copyOfRange(column, replicas.get(r)[0], replicas.get(r)[1]);
    }
    return values;
  }

  private Mean mean(TimedReplicas times, double[] column) {
    if (ensemble.spec().exactness() == Exactness.REWEIGHT) {
      return weighted(times, column);
    }
    Estimate e = times.mean(byReplica(column));
    if (!(e.error() > 0)) {
      // Values that are all equal, of a charge that is frozen, say nothing of the error.
      return unknown(e.mean(), e.n());
    }
    return new Mean(
        e.mean(),
        e.error(),
        e.errorOfError(),
        e.tauInt(),
        e.tauIntError(),
        Math.min(e.n(), e.effectiveN()),
        e.n());
  }

  private static Mean unknown(double mean, long count) {
    double nan = Double.NaN;
    return new Mean(mean, nan, nan, nan, nan, nan, count);
  }

  /** sum w a / sum w; its error from the deviations w (a - mean), see {@link Reweighting}. */
  private Mean weighted(TimedReplicas times, double[] column) {
    double[] logWeights = new double[column.length];
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < logWeights.length; i++) {
      logWeights[i] = ensemble.logWeight(i);
      largest = Math.max(largest, logWeights[i]);
    }
    if (column.length < GammaMethod.MINIMUM_LENGTH || largest == Double.NEGATIVE_INFINITY) {
      return unknown(Double.NaN, column.length);
    }
    Reweighting reweighting = new Reweighting(logWeights);
    double mean = reweighting.mean(column).mean();
    Estimate e = times.mean(byReplica(reweighting.deviations(column, mean)));
    return e.error() > 0
        ? new Mean(
            mean,
            e.error(),
            e.errorOfError(),
            Double.NaN,
            Double.NaN,
            reweighting.effectiveN(),
            column.length)
        : unknown(mean, column.length);
  }
}
