package org.fieldstream.monitoring.meters;

import java.util.List;
import org.fieldstream.monitoring.statistics.BinnedEstimate;
import org.fieldstream.monitoring.statistics.Estimate;
import org.fieldstream.monitoring.statistics.OnlineDerived;
import org.fieldstream.monitoring.statistics.OnlineSeries;

/**
 * Statistics of a stream of draws with log weights. Means are reweighted; tau_int is that of the
 * plain draws, 1/2 if they are independent as they should be.
 */
public final class DrawStatistics extends StreamStatistics {
  private final EnsembleWeights weights;
  private final OnlineDerived weighted;
  private final OnlineSeries[] series;

  DrawStatistics(
      ModelMeters model, EnsembleWeights weights, List<String> observables, boolean followed) {
    super(model, weights, observables, followed ? new StreamWatch() : null);
    this.weights = weights;
    this.weighted = new OnlineDerived(Math.max(1, observables.size()));
    this.series = new OnlineSeries[followed ? observables.size() : 0];
    for (int a = 0; a < series.length; a++) {
      series[a] = new OnlineSeries();
    }
  }

  /**
   * Records the stream's next draw.
   *
   * @param logWeight -S - log q, -Infinity for weight 0; NaN if unknown, which only uncorrected
   *     draws may have: NaN or +Infinity ends a weighted series, as a value that is not finite does
   * @param values one per observable; not modified
   */
  public void draw(double logWeight, double... values) {
    record(logWeight, values);
    weights.add(logWeight);
  }

  @Override
  boolean isUsable(double logWeight) {
    // NaN says that a weight is not known; a series that needs it is never followed then.
    return !isFollowed() || logWeight < Double.POSITIVE_INFINITY;
  }

  @Override
  void follow(StreamWatch watch, double logWeight, double[] values) {
    watch.weight(logWeight);
    if (values.length > 0) {
      weighted.addWeighted(logWeight, values);
    }
    for (int a = 0; a < values.length; a++) {
      series[a].add(values[a]);
    }
  }

  @Override
  SeriesEstimate estimateOf(StreamWatch watch, int observable) {
    BinnedEstimate mean = weighted.estimate(means -> means[observable]);
    Estimate plain = series[observable].estimate();
    return new SeriesEstimate(
        mean.mean(),
        mean.error(),
        plain.tauInt(),
        plain.tauIntError(),
        mean.n(),
        Double.NaN,
        Double.NaN);
  }
}
