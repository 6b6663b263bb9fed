package org.fieldstream.monitoring.alarms;

import java.util.Locale;
import java.util.Optional;
import org.fieldstream.monitoring.statistics.ParetoTail;

/**
 * Heavy-tailed weights: the figure is the Pareto shape k-hat of {@link ParetoTail}, its threshold
 * {@link ParetoTail#RELIABLE}.
 */
public final class HeavyTailAlarm {
  /** Fewest draws to judge by; k-hat then has an error of about 0.15. */
  public static final int MINIMUM_DRAWS = 2048;

  private HeavyTailAlarm() {}

  /**
   * Judges weights.
   *
   * @param kHat Pareto shape of the largest; NaN is quiet
   * @param draws how many draws
   */
  public static Optional<Alarm> of(double kHat, long draws) {
    if (draws < MINIMUM_DRAWS || !(kHat > ParetoTail.RELIABLE)) {
      return Optional.empty();
    }
    String sentence =
        String.format(
            Locale.ROOT,
            "Pareto shape of the weights: %.2f from %d draws (expected: at most %.1f); weighted"
                + " means and the effective sample size are not reliable",
            kHat,
            draws,
            ParetoTail.RELIABLE);
    return Optional.of(
        new Alarm(AlarmKind.HEAVY_TAILED_WEIGHTS, sentence, kHat, ParetoTail.RELIABLE));
  }
}
