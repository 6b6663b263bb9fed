package org.fieldstream.monitoring.alarms;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Of many alarms the worst of each kind: the one furthest beyond its threshold. */
public final class WorstAlarms {
  private final Map<AlarmKind, Alarm> worst = new EnumMap<>(AlarmKind.class);

  /** Adds alarms. */
  public void add(Iterable<Alarm> alarms) {
    for (Alarm alarm : alarms) {
      worst.merge(alarm.kind(), alarm, WorstAlarms::worse);
    }
  }

  /** At most one of each kind, in the order of the kinds. */
  public List<Alarm> list() {
    return List.copyOf(worst.values());
  }

  /** The one further beyond, whichever side that is. */
  private static Alarm worse(Alarm a, Alarm b) {
    return Math.abs(b.value() - b.threshold()) > Math.abs(a.value() - a.threshold()) ? b : a;
  }
}
