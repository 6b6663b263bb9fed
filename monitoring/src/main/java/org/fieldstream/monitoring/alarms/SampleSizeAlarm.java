package org.fieldstream.monitoring.alarms;

import java.util.Locale;
import java.util.Optional;

/** Effective sample size too small: the figure is ESS / N over all draws. */
public final class SampleSizeAlarm {
  /** Threshold. */
  public static final double RATIO = 0.05;

  /** Fewest draws to judge by. Few draws flatter: a low ratio is not made by their number. */
  public static final int MINIMUM_DRAWS = 1024;

  private SampleSizeAlarm() {}

  /**
   * Judges weights.
   *
   * @param ratio ESS / N, see {@link org.fieldstream.monitoring.statistics.EffectiveSampleSize};
   *     NaN is quiet
   * @param draws N
   */
  public static Optional<Alarm> of(double ratio, long draws) {
    if (draws < MINIMUM_DRAWS || !(ratio < RATIO)) {
      return Optional.empty();
    }
    String sentence =
        String.format(
            Locale.ROOT,
            "effective sample size: %.4f of %d draws (expected: at least %.2f)",
            ratio,
            draws,
            RATIO);
    return Optional.of(new Alarm(AlarmKind.LOW_EFFECTIVE_SAMPLE_SIZE, sentence, ratio, RATIO));
  }
}
