package org.fieldstream.client.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.fieldstream.client.sdk.ConfigurationBatch;
import org.fieldstream.monitoring.statistics.BinnedEstimate;
import org.fieldstream.monitoring.statistics.DerivedQuantities;
import org.fieldstream.monitoring.statistics.Estimate;
import org.fieldstream.monitoring.statistics.OnlineDerived;
import org.fieldstream.monitoring.statistics.OnlineSeries;
import org.fieldstream.monitoring.statistics.OnlineWeights;

/**
 * Running means of a stream's observables with their errors, in bounded memory, and the functions
 * of them that lattice papers quote: chi, chi_conn, U4 and xi.
 *
 * <p>Not thread-safe.
 */
final class Measurements {
  /**
   * Shortest bin for chains of unknown number: whole sweeps over 1, 2, 4, ... 256 chains. Bins grow
   * with the series, so that any number of chains is small against them in the end.
   */
  private static final int UNKNOWN_CHAINS_BIN = 256;

  private final List<String> names;
  private final Sampling sampling;
  private final List<Integer> extents;
  private final OnlineDerived joint;
  private final List<OnlineSeries> series = new ArrayList<>();
  private final OnlineWeights weights = new OnlineWeights();
  private long count;
  private long judged;
  private long accepted;

  /**
   * @param observables names of the observables that the batches carry
   * @param sampling what the stream is
   * @param shape shape of one configuration, {@code [components, L0, L1, ...]}
   */
  Measurements(List<String> observables, Sampling sampling, List<Integer> shape) {
    this.sampling = sampling;
    this.extents = shape.subList(1, shape.size());
    List<String> all = new ArrayList<>(observables);
    if (!all.contains("action_per_site")) {
      all.add("action_per_site");
    }
    this.names = List.copyOf(all);
    int chains = sampling.chains();
    this.joint =
        chains == 0
            ? OnlineDerived.ofUnknownChains(names.size(), UNKNOWN_CHAINS_BIN)
            : new OnlineDerived(names.size(), chains);
    for (int a = 0; a < names.size(); a++) {
      series.add(new OnlineSeries(Math.max(1, chains)));
    }
  }

  /** Adds a batch; its values are finite, or the batch is refused as a whole. */
  void add(ConfigurationBatch batch) {
    int sites = extents.stream().reduce(1, (a, b) -> a * b);
    double[][] columns = new double[names.size()][];
    for (int a = 0; a < columns.length; a++) {
      columns[a] = batch.observables().get(names.get(a));
      if (columns[a] == null) {
        columns[a] = new double[batch.count()];
        for (int i = 0; i < batch.count(); i++) {
          columns[a][i] = batch.action()[i] / sites;
        }
      }
    }
    double[] values = new double[columns.length];
    for (int i = 0; i < batch.count(); i++) {
      for (int a = 0; a < values.length; a++) {
        values[a] = columns[a][i];
        series.get(a).add(values[a]);
      }
      boolean hasWeight = i < batch.logWeight().length;
      if (hasWeight && sampling.isWeighted()) {
        weights.add(batch.logWeight()[i]);
        joint.addWeighted(batch.logWeight()[i], values);
      } else {
        joint.add(values);
      }
      if (i < batch.accepted().length) {
        judged++;
        accepted += batch.accepted()[i] ? 1 : 0;
      }
    }
    count += batch.count();
  }

  /** Configurations so far. */
  long count() {
    return count;
  }

  Sampling sampling() {
    return sampling;
  }

  /** Accepted over proposed; NaN where nothing is proposed. */
  double acceptance() {
    return judged == 0 ? Double.NaN : (double) accepted / judged;
  }

  /** (sum w)^2 / sum w^2 of the log weights; NaN where none came. */
  double weightEffectiveN() {
    return weights.count() == 0 ? Double.NaN : weights.effectiveN();
  }

  /** All means so far: the observables, then the functions of them. */
  List<Quantity> quantities() {
    List<Quantity> result = new ArrayList<>();
    for (int a = 0; a < names.size(); a++) {
      result.add(observable(a));
    }
    addDerived(result);
    return result;
  }

  private Quantity observable(int a) {
    String name = names.get(a);
    if (!sampling.isWeighted() && sampling.chains() != 0) {
      Estimate e = series.get(a).estimate();
      if (!(e.error() > 0)) {
        return unknown(name, e.mean());
      }
      double effectiveN = Math.min(e.effectiveN(), count);
      return new Quantity(name, e.mean(), e.error(), e.tauInt(), e.tauIntError(), effectiveN);
    }
    BinnedEstimate e = joint.estimate(means -> means[a]);
    if (sampling.isWeighted()) {
      return new Quantity(name, e.mean(), e.error(), Double.NaN, Double.NaN, weights.effectiveN());
    }
    // The chains are independent: error^2 = 2 tau_int variance / N, whatever their number is.
    double variance = series.get(a).variance();
    if (!(e.error() > 0 && variance > 0)) {
      return unknown(name, e.mean());
    }
    double tauInt = e.error() * e.error() * count / (2 * variance);
    return new Quantity(
        name,
        e.mean(),
        e.error(),
        tauInt,
        Double.NaN,
        Math.min(variance / (e.error() * e.error()), count));
  }

  /** Too few values, or all equal: a charge that is frozen has no error, rather than none. */
  private static Quantity unknown(String name, double mean) {
    return new Quantity(name, mean, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
  }

  private void addDerived(List<Quantity> result) {
    int m2 = names.indexOf("m2");
    int absM = names.indexOf("abs_m");
    int m4 = names.indexOf("m4");
    int fMin = names.indexOf("f_min");
    long volume = extents.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
    if (m2 < 0) {
      return;
    }
    Quantity square = result.get(m2);
    result.add(
        new Quantity(
            "chi",
            volume * square.mean(),
            volume * square.error(),
            square.tauInt(),
            square.tauIntError(),
            square.effectiveN()));
    if (absM >= 0) {
      add(result, "chi_conn", DerivedQuantities.connectedSusceptibility(volume), m2, absM);
    }
    if (m4 >= 0) {
      add(result, "binder_u4", DerivedQuantities.binderCumulant(), m2, m4);
    }
    if (fMin >= 0 && extents.stream().distinct().count() == 1) {
      ToDoubleFunction<double[]> xi =
          DerivedQuantities.secondMomentCorrelationLength(extents.get(0));
      add(
          result,
          "xi_second_moment",
          means -> xi.applyAsDouble(new double[] {volume * means[0], means[1]}),
          m2,
          fMin);
    }
  }

  private void add(
      List<Quantity> result, String name, ToDoubleFunction<double[]> f, int first, int second) {
    BinnedEstimate e =
        joint.estimate(means -> f.applyAsDouble(new double[] {means[first], means[second]}));
    result.add(new Quantity(name, e.mean(), e.error(), Double.NaN, Double.NaN, Double.NaN));
  }

  /** The means as a map by name, for the machine-readable record of a run. */
  static Map<String, Object> asMap(Quantity quantity) {
    Map<String, Object> map = new java.util.LinkedHashMap<>();
    put(map, "mean", quantity.mean());
    put(map, "error", quantity.error());
    put(map, "tau_int", quantity.tauInt());
    put(map, "tau_int_error", quantity.tauIntError());
    put(map, "effective_sample_size", quantity.effectiveN());
    return map;
  }

  private static void put(Map<String, Object> map, String name, double value) {
    if (Double.isFinite(value)) {
      map.put(name, value);
    }
  }
}
