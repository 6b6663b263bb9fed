package org.fieldstream.monitoring.alarms;

import java.util.Locale;
import java.util.Optional;
import org.fieldstream.monitoring.statistics.HalvesDrift;

/**
 * Not thermalised: the two halves of a series differ by more than {@value #SIGMAS} standard
 * deviations, tau_int included. The figure is the difference in standard deviations, at least 0.
 */
public final class ThermalisationAlarm {
  /**
   * Threshold. Five leaves room for some twenty observables and many looks: of stationary AR(1)
   * series of 1,000 tau_int that are looked at each time they grew by an eighth, fewer than 3 %
   * ever cross it.
   */
  public static final double SIGMAS = 5;

  /** Fewest values, or bins of values, to judge by. */
  public static final int MINIMUM_BINS = 128;

  /**
   * Fewest tau_int in the second half to judge by. With fewer, its error is too small; a series
   * that drifts as a whole holds few and is judged once it has settled.
   */
  public static final double MINIMUM_TIMES = 50;

  private ThermalisationAlarm() {}

  /**
   * Judges a series.
   *
   * @param series its name, for the sentence
   * @param drift of its halves
   */
  public static Optional<Alarm> of(String series, HalvesDrift drift) {
    double sigmas = Math.abs(drift.sigmas());
    boolean enough = drift.bins() >= MINIMUM_BINS && drift.times() >= MINIMUM_TIMES;
    if (!enough || !(sigmas > SIGMAS)) {
      return Optional.empty();
    }
    String sentence =
        String.format(
            Locale.ROOT,
            "%s: first half %.6g, second half %.6g, %.1f sigma apart (expected: at most %.0f);"
                + " the series is not thermalised, leave out its beginning",
            series,
            drift.first(),
            drift.second(),
            sigmas,
            SIGMAS);
    return Optional.of(new Alarm(AlarmKind.NOT_THERMALISED, sentence, sigmas, SIGMAS));
  }
}
