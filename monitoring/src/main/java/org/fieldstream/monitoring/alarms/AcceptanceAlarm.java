package org.fieldstream.monitoring.alarms;

import java.util.Locale;
import java.util.Optional;

/** Acceptance collapsed: the figure is accepted over judged proposals. */
public final class AcceptanceAlarm {
  /** Threshold. */
  public static final double ACCEPTANCE = 0.1;

  /** Fewest proposals to judge by. */
  public static final int MINIMUM_PROPOSALS = 1024;

  private AcceptanceAlarm() {}

  /**
   * Judges proposals.
   *
   * @param accepted how many were accepted, 0 to {@code proposals}
   * @param proposals how many were judged
   */
  public static Optional<Alarm> of(long accepted, long proposals) {
    double acceptance = (double) accepted / proposals;
    if (proposals < MINIMUM_PROPOSALS || acceptance >= ACCEPTANCE) {
      return Optional.empty();
    }
    String sentence =
        String.format(
            Locale.ROOT,
            "acceptance: %.4f of the last %d proposals (expected: at least %.2f)",
            acceptance,
            proposals,
            ACCEPTANCE);
    return Optional.of(new Alarm(AlarmKind.LOW_ACCEPTANCE, sentence, acceptance, ACCEPTANCE));
  }
}
