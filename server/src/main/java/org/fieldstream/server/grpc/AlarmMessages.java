package org.fieldstream.server.grpc;

import org.fieldstream.monitoring.alarms.AlarmKind;
import org.fieldstream.v1.Alarm;

/** Alarms as messages. */
final class AlarmMessages {
  private AlarmMessages() {}

  static Alarm of(org.fieldstream.monitoring.alarms.Alarm alarm) {
    return Alarm.newBuilder()
        .setKind(kind(alarm.kind()))
        .setSentence(alarm.sentence())
        .setValue(alarm.value())
        .setThreshold(alarm.threshold())
        .build();
  }

  private static org.fieldstream.v1.AlarmKind kind(AlarmKind kind) {
    return switch (kind) {
      case NOT_THERMALISED -> org.fieldstream.v1.AlarmKind.ALARM_KIND_NOT_THERMALISED;
      case FROZEN -> org.fieldstream.v1.AlarmKind.ALARM_KIND_FROZEN;
      case HEAVY_TAILED_WEIGHTS -> org.fieldstream.v1.AlarmKind.ALARM_KIND_HEAVY_TAILED_WEIGHTS;
      case LOW_ACCEPTANCE -> org.fieldstream.v1.AlarmKind.ALARM_KIND_LOW_ACCEPTANCE;
      case LOW_EFFECTIVE_SAMPLE_SIZE ->
          org.fieldstream.v1.AlarmKind.ALARM_KIND_LOW_EFFECTIVE_SAMPLE_SIZE;
    };
  }
}
