package org.fieldstream.monitoring.meters;

import java.util.List;
import java.util.Map;
import org.fieldstream.monitoring.alarms.Sectors;
import org.fieldstream.monitoring.statistics.OnlineRHat;
import org.fieldstream.monitoring.statistics.OnlineSeries;

/** Statistics of a stream of Markov-chain states: HMC, Langevin, independence Metropolis. */
public final class ChainStatistics extends StreamStatistics {
  private final EnsembleWeights weights;
  private final OnlineSeries[] series;
  private final OnlineRHat[] agreement;

  ChainStatistics(
      ModelMeters model,
      EnsembleWeights weights,
      int chains,
      List<String> observables,
      Map<String, Sectors> sectors,
      boolean followed) {
    super(
        model,
        weights,
        observables,
        followed ? new StreamWatch(chains, observables, sectors) : null);
    this.weights = weights;
    this.series = new OnlineSeries[followed ? observables.size() : 0];
    this.agreement = new OnlineRHat[series.length];
    for (int a = 0; a < series.length; a++) {
      series[a] = new OnlineSeries(chains);
      agreement[a] = new OnlineRHat(chains);
    }
  }

  /**
   * Records the stream's next state and the one proposal that led to it.
   *
   * @param accepted whether the proposal was accepted; if not, the state repeats the one before
   * @param proposalLogWeight -S - log q of the proposal, accepted or not (the log weight of the
   *     repeated state would give a wrong ESS); NaN where there is no q, as in HMC
   * @param values one per observable, measured on the state; not modified
   */
  public void state(boolean accepted, double proposalLogWeight, double... values) {
    record(proposalLogWeight, values);
    judged(accepted);
    model().countVerdicts(1, accepted ? 1 : 0);
    weights.add(proposalLogWeight);
  }

  @Override
  boolean isUsable(double logWeight) {
    return true;
  }

  @Override
  void follow(StreamWatch watch, double logWeight, double[] values) {
    watch.weight(logWeight);
    for (int a = 0; a < values.length; a++) {
      series[a].add(values[a]);
      agreement[a].add(values[a]);
      watch.value(a, values[a]);
    }
  }

  @Override
  SeriesEstimate estimateOf(StreamWatch watch, int observable) {
    return SeriesEstimate.of(
        series[observable].estimate(), watch.driftSigmas(observable), agreement[observable].rHat());
  }
}
