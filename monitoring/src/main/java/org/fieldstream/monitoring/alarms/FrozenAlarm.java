package org.fieldstream.monitoring.alarms;

import java.util.Locale;
import java.util.Optional;
import org.fieldstream.monitoring.statistics.Estimate;

/**
 * Frozen: a series moves so seldom that its tau_int cannot be resolved within it. The figure is how
 * many tau_int the series holds, all chains together; 0 where it never moved, or where the
 * automatic window did not close within half a chain, so that tau_int is only a lower bound.
 */
public final class FrozenAlarm {
  /** Threshold; below it tau_int has a relative error of more than a half. */
  public static final double TIMES = 50;

  /** Fewest configurations of one chain to judge by: shorter chains are short, not frozen. */
  public static final int MINIMUM_LENGTH = 1000;

  private FrozenAlarm() {}

  /**
   * Judges a series that labels sectors: a topological charge, the sign of the magnetisation.
   *
   * @param series its name, for the sentence
   * @param estimate of the series
   * @param length configurations of its shortest chain
   */
  public static Optional<Alarm> of(String series, Estimate estimate, long length) {
    if (length < MINIMUM_LENGTH || !Double.isFinite(estimate.error())) {
      return Optional.empty();
    }
    boolean moved = estimate.error() > 0;
    boolean closed = estimate.window() < length / 2;
    double times = moved && closed ? estimate.n() / estimate.tauInt() : 0;
    if (times >= TIMES) {
      return Optional.empty();
    }
    String found =
        !moved
            ? "did not move"
            : closed
                ? String.format(
                    Locale.ROOT,
                    "tau_int = %.0f +- %.0f",
                    estimate.tauInt(),
                    estimate.tauIntError())
                : String.format(Locale.ROOT, "tau_int is not below %.0f", estimate.tauInt());
    String sentence =
        String.format(
            Locale.ROOT,
            "%s: %s in %d configurations (expected: at least %.0f tau_int); errors are not to be"
                + " trusted, and sectors may be missing",
            series,
            found,
            estimate.n(),
            TIMES);
    return Optional.of(new Alarm(AlarmKind.FROZEN, sentence, times, TIMES));
  }
}
