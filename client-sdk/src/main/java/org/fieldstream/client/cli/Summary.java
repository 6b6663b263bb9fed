package org.fieldstream.client.cli;

import java.util.Locale;
import java.util.stream.Collectors;
import org.fieldstream.v1.Alarm;

/** One paragraph on a run. */
final class Summary {
  private Summary() {}

  static String of(StreamRun run) {
    Measurements measurements = run.measurements();
    RunState state = run.state();
    if (measurements == null || state == null) {
      return "no configurations";
    }
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s: %,d configurations of %s, %s, seed %s",
            state.request().getModel(),
            measurements.count(),
            Words.extents(state.shape().subList(1, state.shape().size())),
            Words.of(state.exactness()),
            Long.toUnsignedString(state.request().getSeed())));
    if (!Double.isNaN(run.rate())) {
      text.append(String.format(Locale.ROOT, "; %,.0f a second", run.rate()));
    }
    if (!Double.isNaN(measurements.acceptance())) {
      text.append(String.format(Locale.ROOT, "; acceptance %.4f", measurements.acceptance()));
    }
    if (measurements.sampling().isWeighted()) {
      text.append(
          String.format(
              Locale.ROOT, "; ESS/N %.4f", measurements.weightEffectiveN() / measurements.count()));
    }
    text.append(System.lineSeparator()).append(measurements.sampling().explanation());
    if (!state.sigmas().isEmpty()) {
      text.append(System.lineSeparator())
          .append("with each configuration at noise of strength ")
          .append(
              state.sigmas().stream()
                  .map(sigma -> sigma == 0 ? "0" : String.format(Locale.ROOT, "%.3g", sigma))
                  .collect(Collectors.joining(", ")));
    }
    for (Alarm alarm : run.alarms()) {
      text.append(System.lineSeparator()).append("alarm: ").append(alarm.getSentence());
    }
    return text.toString();
  }
}
