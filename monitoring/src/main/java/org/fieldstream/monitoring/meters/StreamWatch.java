package org.fieldstream.monitoring.meters;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.fieldstream.monitoring.alarms.AcceptanceWatch;
import org.fieldstream.monitoring.alarms.Alarm;
import org.fieldstream.monitoring.alarms.Sectors;
import org.fieldstream.monitoring.alarms.SeriesWatch;
import org.fieldstream.monitoring.alarms.WeightWatch;
import org.fieldstream.monitoring.alarms.WorstAlarms;

/**
 * The alarms of one stream. Its series and the tail of its weights are judged again each time the
 * stream has grown by an eighth, so that judging costs a vanishing share of a long stream; its
 * acceptance every time. Guarded by the stream's lock.
 */
final class StreamWatch {
  /** Fewest configurations between two looks at the series. */
  private static final int SHORTEST_PAUSE = 64;

  private final List<SeriesWatch> series = new ArrayList<>();
  private final WeightWatch weights = new WeightWatch();
  private final AcceptanceWatch acceptance = new AcceptanceWatch();
  private List<Alarm> seen = List.of();
  private long nextLook;

  /** Of independent draws: their weights alone. */
  StreamWatch() {}

  /** Of interleaved Markov chains. */
  StreamWatch(int chains, List<String> observables, Map<String, Sectors> sectors) {
    for (String observable : observables) {
      series.add(
          new SeriesWatch(observable, chains, sectors.getOrDefault(observable, Sectors.NONE)));
    }
  }

  /** A proposal was judged. */
  void verdict(boolean accepted) {
    acceptance.add(accepted);
  }

  /** A draw's log weight; NaN where it has none. */
  void weight(double logWeight) {
    if (logWeight < Double.POSITIVE_INFINITY) {
      weights.add(logWeight);
    }
  }

  /** The next value of an observable, finite. */
  void value(int observable, double value) {
    series.get(observable).add(value);
  }

  /**
   * By how many standard deviations the halves of an observable's series differ; NaN if unknown.
   */
  double driftSigmas(int observable) {
    return series.get(observable).drift().sigmas();
  }

  /**
   * What is wrong, at most one alarm of each kind.
   *
   * @param configurations that the stream has made
   */
  List<Alarm> alarms(long configurations) {
    if (configurations >= nextLook) {
      nextLook = configurations + Math.max(SHORTEST_PAUSE, configurations / 8);
      seen = look();
    }
    List<Alarm> alarms = new ArrayList<>(seen);
    acceptance.alarm().ifPresent(alarms::add);
    return alarms;
  }

  private List<Alarm> look() {
    WorstAlarms worst = new WorstAlarms();
    for (SeriesWatch one : series) {
      worst.add(one.alarms());
    }
    worst.add(weights.alarms());
    return worst.list();
  }
}
