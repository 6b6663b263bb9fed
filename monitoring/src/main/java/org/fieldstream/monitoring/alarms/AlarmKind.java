package org.fieldstream.monitoring.alarms;

/** What may be wrong. */
public enum AlarmKind {
  /** The two halves of a series differ: {@link ThermalisationAlarm}. */
  NOT_THERMALISED("not_thermalised"),
  /** A series does not move often enough to know its time: {@link FrozenAlarm}. */
  FROZEN("frozen"),
  /** Weighted means have no reliable error: {@link HeavyTailAlarm}. */
  HEAVY_TAILED_WEIGHTS("heavy_tailed_weights"),
  /** Hardly any proposal is accepted: {@link AcceptanceAlarm}. */
  LOW_ACCEPTANCE("low_acceptance"),
  /** Draws are worth few independent configurations: {@link SampleSizeAlarm}. */
  LOW_EFFECTIVE_SAMPLE_SIZE("low_effective_sample_size");

  private final String label;

  AlarmKind(String label) {
    this.label = label;
  }

  /** The kind as the value of a metric's label. */
  public String label() {
    return label;
  }
}
