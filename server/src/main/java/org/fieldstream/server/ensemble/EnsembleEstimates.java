package org.fieldstream.server.ensemble;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fieldstream.monitoring.statistics.Estimate;
import org.fieldstream.monitoring.statistics.GammaMethod;
import org.fieldstream.monitoring.statistics.Reweighting;
import org.fieldstream.monitoring.statistics.TimedReplicas;
import org.fieldstream.monitoring.statistics.WeightedEstimate;
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
    long[][] times = new long[replicas.size()][];
    for (int r = 0; r < times.length; r++) {
      int first = replicas.get(r)[0];
      times[r] = new long[replicas.get(r)[1] - first];
      for (int i = 0; i < times[r].length; i++) {
        // Relative to the first: unsigned ids beyond 2^63 become what a long can hold.
        times[r][i] = ensemble.id(first + i) - ensemble.id(first);
      }
    }
    return new TimedReplicas(times);
  }

  private Mean mean(TimedReplicas times, double[] column) {
    if (ensemble.spec().exactness() == Exactness.REWEIGHT) {
      return weighted(column);
    }
    double[][] values = new double[replicas.size()][];
    for (int r = 0; r < values.length; r++) {
      values[r] = Arrays.copyOfRange(column, replicas.get(r)[0], replicas.get(r)[1]);
    }
    Estimate e = times.mean(values);
    return new Mean(
        e.mean(),
        e.error(),
        e.errorOfError(),
        e.tauInt(),
        e.tauIntError(),
        Math.min(e.n(), e.effectiveN()),
        e.n());
  }

  private Mean weighted(double[] column) {
    double[] logWeights = new double[column.length];
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < logWeights.length; i++) {
      logWeights[i] = ensemble.logWeight(i);
      largest = Math.max(largest, logWeights[i]);
    }
    double nan = Double.NaN;
    if (column.length < GammaMethod.MINIMUM_LENGTH || largest == Double.NEGATIVE_INFINITY) {
      return new Mean(nan, nan, nan, nan, nan, nan, column.length);
    }
    WeightedEstimate e = new Reweighting(logWeights).mean(column);
    return new Mean(e.mean(), e.error(), nan, nan, nan, e.effectiveN(), e.n());
  }
}
