package org.fieldstream.monitoring.meters;

import java.util.List;
import org.fieldstream.monitoring.alarms.Alarm;
import org.jspecify.annotations.Nullable;

/**
 * The series of one stream, in its order. Autocorrelation times and errors mean something only
 * within one stream, so every stream gets its own and closes it at its end.
 *
 * <p>One thread records; any thread may read. A value that is not finite ends the stream's series:
 * the estimates become NaN and {@code fieldstream_nonfinite_configurations_total} counts it, while
 * configurations, proposals and acceptances are counted on.
 */
public abstract sealed class StreamStatistics implements AutoCloseable
    permits ChainStatistics, DrawStatistics {
  private final ModelMeters model;
  private final EnsembleWeights weights;
  private final List<String> observables;
  private final @Nullable StreamWatch watch;
  private volatile long configurations;
  private final @Nullable SeriesEstimate[] recent;
  private boolean broken;

  /**
   * @param watch for its alarms, where the stream is followed; null where it is only counted
   */
  StreamStatistics(
      ModelMeters model,
      EnsembleWeights weights,
      List<String> observables,
      @Nullable StreamWatch watch) {
    this.model = model;
    this.weights = weights;
    this.observables = observables;
    this.watch = watch;
    this.recent = new SeriesEstimate[observables.size()];
  }

  /** Names of the observables, in the order of the values recorded. */
  public final List<String> observables() {
    return observables;
  }

  /** Configurations recorded. */
  public final long configurations() {
    return configurations;
  }

  /**
   * ESS / N, (sum w)^2 / (N sum w^2), over all draws of the stream's ensemble, those of other
   * streams included; NaN where log weights are not known.
   */
  public final double essRatio() {
    return weights.essRatio();
  }

  /** Draws that {@link #essRatio} is over. */
  public final long essDraws() {
    return weights.draws();
  }

  /**
   * Whether means and times are estimated; false for streams beyond a model's {@value
   * ModelMeters#MAX_FOLLOWED} and for uncorrected draws, of which only counts are kept.
   */
  public final boolean isFollowed() {
    return watch != null;
  }

  /**
   * What is known of an observable now.
   *
   * @param observable index in {@link #observables()}
   * @return NaN for what is not known
   */
  public final synchronized SeriesEstimate estimate(int observable) {
    if (observable < 0 || observable >= observables.size()) {
      throw new IllegalArgumentException(
          "observable: " + observable + " (expected: 0 to " + (observables.size() - 1) + ")");
    }
    return watch != null && !broken ? estimateOf(watch, observable) : SeriesEstimate.NONE;
  }

  /**
   * What was known of an observable when the series was at most a thousandth shorter. One scrape
   * reads several gauges of a series: they share one estimate, and so fit together.
   */
  final synchronized SeriesEstimate recentEstimate(int observable) {
    SeriesEstimate last = recent[observable];
    if (last == null || broken || configurations - last.n() > last.n() / 1000) {
      last = estimate(observable);
      recent[observable] = last;
    }
    return last;
  }

  /**
   * What looks wrong with the stream so far, at most one alarm of each kind; empty where nothing
   * is, while it is too early to tell, and for streams that are not followed. Quick on the whole:
   * see {@link org.fieldstream.monitoring.alarms}.
   */
  public final synchronized List<Alarm> alarms() {
    return watch != null && !broken ? watch.alarms(configurations) : List.of();
  }

  /** Ends the stream: its last estimates stay visible until another stream has some. */
  @Override
  public final void close() {
    model.close(this);
  }

  /** Called under this stream's lock. */
  abstract SeriesEstimate estimateOf(StreamWatch watch, int observable);

  /** Whether the series can take this log weight. */
  abstract boolean isUsable(double logWeight);

  /** Adds finite values to the series; called under this stream's lock. */
  abstract void follow(StreamWatch watch, double logWeight, double[] values);

  /** Counts a configuration and adds its values to the series. */
  final void record(double logWeight, double[] values) {
    if (values.length != observables.size()) {
      throw new IllegalArgumentException(
          "values: "
              + values.length
              + " (expected: "
              + observables.size()
              + ", one per observable)");
    }
    boolean finite = isUsable(logWeight);
    for (double value : values) {
      finite &= Double.isFinite(value);
    }
    synchronized (this) {
      configurations++;
      broken |= !finite;
      if (watch != null && !broken) {
        follow(watch, logWeight, values);
      }
    }
    model.countConfiguration(finite);
  }

  /** A proposal of the stream was judged. */
  final synchronized void judged(boolean accepted) {
    if (watch != null) {
      watch.verdict(accepted);
    }
  }

  final ModelMeters model() {
    return model;
  }
}
