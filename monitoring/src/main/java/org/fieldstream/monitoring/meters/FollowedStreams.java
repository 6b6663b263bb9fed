package org.fieldstream.monitoring.meters;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.fieldstream.monitoring.alarms.Alarm;
import org.fieldstream.monitoring.alarms.AlarmKind;

/**
 * The open streams of a model whose series are followed, and the gauges of what they know. Series
 * are never pooled: they are different chains, at different targets perhaps, and two subscribers
 * with the same seed hold the same one.
 *
 * <p>Thread-safe; estimates are made outside this object's lock, under the stream's.
 */
final class FollowedStreams {
  private static final String MEAN_HELP =
      "Mean of the observable in the target, from the longest open stream.";
  private static final String ERROR_HELP =
      "Standard deviation of the mean, autocorrelations included.";
  private static final String TAU_HELP =
      "Integrated autocorrelation time, 1/2 + sum of rho(t), in configurations of one chain.";
  private static final String TAU_ERROR_HELP =
      "Standard deviation of the integrated autocorrelation time.";
  private static final String LENGTH_HELP =
      "Length of the series that mean, error and autocorrelation time come from.";

  private static final String DRIFT_HELP =
      "Difference of the means of the series' halves in standard deviations, signed.";
  private static final String R_HAT_HELP = "Split R-hat over the chains of the series.";
  private static final String ALARM_HELP =
      "1 where an open stream of the model, or the last one closed, has the alarm, else 0.";

  private final MeterRegistry registry;
  private final String model;
  private final List<Meter> gauges = new ArrayList<>();
  private final Set<StreamStatistics> open = new LinkedHashSet<>();
  private final Set<String> shown = new HashSet<>();
  private final Map<String, SeriesEstimate> lastClosed = new HashMap<>();
  private Set<AlarmKind> lastAlarms = Set.of();
  private int room;

  FollowedStreams(MeterRegistry registry, String model, int room) {
    this.registry = registry;
    this.model = model;
    this.room = room;
    for (AlarmKind kind : room > 0 ? AlarmKind.values() : new AlarmKind[0]) {
      gauges.add(
          Gauge.builder("fieldstream.alarm", this, s -> s.raised(kind) ? 1 : 0)
              .description(ALARM_HELP)
              .tag("model", model)
              .tag("alarm", kind.label())
              .strongReference(true)
              .register(registry));
    }
  }

  /** Opens a stream, followed if there is room: {@code make} is told whether it is. */
  synchronized <S extends StreamStatistics> S open(Function<Boolean, S> make) {
    boolean followed = open.size() < room;
    S stream = make.apply(followed);
    if (followed) {
      open.add(stream);
      for (String observable : stream.observables()) {
        if (shown.size() < ModelMeters.MAX_OBSERVABLES && shown.add(observable)) {
          show(observable);
        }
      }
    }
    return stream;
  }

  void close(StreamStatistics stream) {
    Set<AlarmKind> alarms = kinds(stream);
    synchronized (this) {
      if (!open.remove(stream)) {
        return;
      }
      lastAlarms = alarms;
    }
    for (int a = 0; a < stream.observables().size(); a++) {
      String observable = stream.observables().get(a);
      SeriesEstimate last = stream.estimate(a);
      synchronized (this) {
        if (Double.isFinite(last.error()) && shown.contains(observable)) {
          lastClosed.put(observable, last);
        }
      }
    }
  }

  /** Takes the gauges out of the registry and follows no stream any more. */
  synchronized void remove() {
    room = 0;
    gauges.forEach(registry::remove);
    gauges.clear();
    open.clear();
  }

  /** The longest open series of an observable, else the last one closed. */
  SeriesEstimate shown(String observable) {
    StreamStatistics longest = null;
    synchronized (this) {
      for (StreamStatistics stream : open) {
        if (stream.observables().contains(observable)
            && (longest == null || stream.configurations() > longest.configurations())) {
          longest = stream;
        }
      }
      if (longest == null) {
        return lastClosed.getOrDefault(observable, SeriesEstimate.NONE);
      }
    }
    return longest.recentEstimate(longest.observables().indexOf(observable));
  }

  /** Whether an open stream, or where none is open the last one closed, has an alarm. */
  private boolean raised(AlarmKind kind) {
    List<StreamStatistics> streams;
    synchronized (this) {
      if (open.isEmpty()) {
        return lastAlarms.contains(kind);
      }
      streams = List.copyOf(open);
    }
    return streams.stream().anyMatch(stream -> kinds(stream).contains(kind));
  }

  private static Set<AlarmKind> kinds(StreamStatistics stream) {
    Set<AlarmKind> kinds = EnumSet.noneOf(AlarmKind.class);
    for (Alarm alarm : stream.alarms()) {
      kinds.add(alarm.kind());
    }
    return kinds;
  }

  private void show(String observable) {
    gauge("fieldstream.observable.mean", MEAN_HELP, observable, SeriesEstimate::mean);
    gauge("fieldstream.observable.error", ERROR_HELP, observable, SeriesEstimate::error);
    gauge("fieldstream.tau.int.configurations", TAU_HELP, observable, SeriesEstimate::tauInt);
    gauge(
        "fieldstream.tau.int.error.configurations",
        TAU_ERROR_HELP,
        observable,
        SeriesEstimate::tauIntError);
    gauge("fieldstream.series.configurations", LENGTH_HELP, observable, SeriesEstimate::n);
    gauge("fieldstream.halves.drift.sigmas", DRIFT_HELP, observable, SeriesEstimate::driftSigmas);
    gauge("fieldstream.split.r.hat", R_HAT_HELP, observable, SeriesEstimate::rHat);
  }

  private void gauge(
      String name, String help, String observable, ToDoubleFunction<SeriesEstimate> part) {
    gauges.add(
        Gauge.builder(name, this, s -> part.applyAsDouble(s.shown(observable)))
            .description(help)
            .tag("model", model)
            .tag("observable", observable)
            .strongReference(true)
            .register(registry));
  }
}
