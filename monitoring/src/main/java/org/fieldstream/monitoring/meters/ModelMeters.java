package org.fieldstream.monitoring.meters;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.fieldstream.monitoring.alarms.Sectors;
import org.jspecify.annotations.Nullable;

/**
 * Meters of one model.
 *
 * <p>Counters sum over all streams. Gauges of means and times cannot: they show, for each
 * observable, the open stream with the most configurations that measures it, and when none is open
 * the last closed one that had an error. {@code fieldstream_series_configurations} says how long
 * that series is. ESS and log-weight variance are over all draws of one ensemble (one target), the
 * one a stream was opened for last; {@code fieldstream_ess_draws} says over how many, since few
 * draws flatter. {@code fieldstream_alarm} is 1 where an open stream, or where none is open the
 * last one closed, has an alarm of that kind.
 *
 * <p>Thread-safe.
 */
public final class ModelMeters {
  /** Open streams whose series are followed at a time; more are only counted. */
  public static final int MAX_FOLLOWED = 16;

  /**
   * Ensembles whose weights are kept between streams; the one not opened for longest goes first.
   */
  public static final int MAX_ENSEMBLES = 16;

  /** Observables that are shown; more are not. */
  public static final int MAX_OBSERVABLES = 32;

  private final MeterRegistry registry;
  private final String model;
  private final List<Meter> meters = new ArrayList<>();
  private final Counter configurations;
  private final Counter nonfinite;
  private final Counter proposals;
  private final Counter acceptances;
  private final FollowedStreams followed;
  private final Map<String, EnsembleWeights> ensembles =
      new LinkedHashMap<>(MAX_ENSEMBLES, 0.75f, true);
  private volatile EnsembleWeights openedLast = new EnsembleWeights();

  /**
   * @param followsSeries false for the model that stands for many: it only counts
   */
  ModelMeters(MeterRegistry registry, String model, boolean followsSeries) {
    this.registry = registry;
    this.model = model;
    this.followed = new FollowedStreams(registry, model, followsSeries ? MAX_FOLLOWED : 0);
    configurations =
        counter(
            "fieldstream.configurations", "Configurations that streams of the model delivered.");
    nonfinite =
        counter(
            "fieldstream.nonfinite.configurations",
            "Configurations with a measurement or log weight that is not finite.");
    proposals = counter("fieldstream.proposals", "Proposals that were accepted or rejected.");
    acceptances = counter("fieldstream.acceptances", "Proposals that were accepted.");
    if (followsSeries) {
      gauge(
          "fieldstream.ess.ratio",
          "Effective over actual sample size, (sum w)^2 / (N sum w^2), of the ensemble opened last.",
          EnsembleWeights::essRatio);
      gauge(
          "fieldstream.ess.draws",
          "Draws that the effective sample size is taken over.",
          EnsembleWeights::draws);
      gauge(
          "fieldstream.log.weight.variance",
          "Variance of the log weights (nats squared) of the ensemble opened last.",
          EnsembleWeights::logWeightVariance);
      gauge(
          "fieldstream.pareto.k",
          "Pareto shape of the largest weights of the ensemble opened last; above 0.7 unreliable.",
          EnsembleWeights::paretoK);
    }
  }

  /**
   * Opens the statistics of a stream of Markov-chain states.
   *
   * @param ensemble what is sampled (the target, canonically written): log weights are pooled over
   *     streams of one ensemble; never shown as a label
   * @param chains number of chains the stream interleaves, at least 1: state i is chain {@code i %
   *     chains}
   * @param observables names of the values that will be recorded, a bounded set
   */
  public ChainStatistics openChain(String ensemble, int chains, List<String> observables) {
    return openChain(ensemble, chains, observables, Map.of());
  }

  /**
   * Opens the statistics of a stream of Markov-chain states, some observables of which have to move
   * between sectors.
   *
   * @param ensemble as above
   * @param chains as above
   * @param observables as above
   * @param sectors what of an observable must move for the stream not to be frozen; nothing of
   *     those left out
   */
  public ChainStatistics openChain(
      String ensemble, int chains, List<String> observables, Map<String, Sectors> sectors) {
    if (chains < 1) {
      throw new IllegalArgumentException("chains: " + chains + " (expected: >= 1)");
    }
    List<String> names = List.copyOf(observables);
    EnsembleWeights weights = weights(ensemble);
    return followed.open(
        follow -> new ChainStatistics(this, weights, chains, names, sectors, follow));
  }

  /**
   * Opens the statistics of a stream of draws with log weights; means are reweighted.
   *
   * @param ensemble as for {@link #openChain}
   * @param observables as for {@link #openChain}
   */
  public DrawStatistics openWeighted(String ensemble, List<String> observables) {
    List<String> names = List.copyOf(observables);
    EnsembleWeights weights = weights(ensemble);
    return followed.open(follow -> new DrawStatistics(this, weights, names, follow));
  }

  /**
   * Opens the statistics of a stream of uncorrected draws. They are counted, and their log weights
   * (where known) make the ESS, but their means are not those of the target and are not shown.
   *
   * @param ensemble as for {@link #openChain}
   * @param observables names of the values that will be recorded
   */
  public DrawStatistics openUncorrected(String ensemble, List<String> observables) {
    return new DrawStatistics(this, weights(ensemble), List.copyOf(observables), false);
  }

  /**
   * Opens the statistics of proposals that an external code judges.
   *
   * @param ensemble as for {@link #openChain}
   */
  public ProposalStatistics openProposals(String ensemble) {
    return new ProposalStatistics(this, weights(ensemble));
  }

  /** What the gauges of an observable show; null where it was never measured. */
  @Nullable SeriesEstimate measured(String observable) {
    SeriesEstimate shown = followed.shown(observable);
    return shown.n() == 0 ? null : shown;
  }

  void countConfiguration(boolean finite) {
    configurations.increment();
    if (!finite) {
      nonfinite.increment();
    }
  }

  void countVerdicts(long proposed, long accepted) {
    proposals.increment((double) proposed);
    acceptances.increment((double) accepted);
  }

  void close(StreamStatistics stream) {
    followed.close(stream);
  }

  /** Takes all meters of this model out of the registry. */
  void remove() {
    followed.remove();
    meters.forEach(registry::remove);
  }

  private EnsembleWeights weights(String ensemble) {
    requireNonNull(ensemble, "ensemble");
    synchronized (ensembles) {
      EnsembleWeights weights = ensembles.computeIfAbsent(ensemble, e -> new EnsembleWeights());
      if (ensembles.size() > MAX_ENSEMBLES) {
        ensembles.remove(ensembles.keySet().iterator().next());
      }
      openedLast = weights;
      return weights;
    }
  }

  private void gauge(String name, String help, ToDoubleFunction<EnsembleWeights> value) {
    meters.add(
        Gauge.builder(name, this, m -> value.applyAsDouble(m.openedLast))
            .description(help)
            .tag("model", model)
            .strongReference(true)
            .register(registry));
  }

  private Counter counter(String name, String help) {
    Counter counter =
        Counter.builder(name).description(help).tag("model", model).register(registry);
    meters.add(counter);
    return counter;
  }
}
