package org.fieldstream.client.cli;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A few lines of {@code /metrics} for a person. */
final class MetricsExcerpt {
  private static final int LINES = 16;

  /** Of the observables, the ones every reader knows. */
  private static final Pattern SHOWN = Pattern.compile("observable=\"(phi2|m2)\"");

  private MetricsExcerpt() {}

  /**
   * The samples that speak of one model.
   *
   * @param metrics the whole text
   * @param model model id
   */
  static String of(String metrics, String model) {
    List<String> samples =
        metrics
            .lines()
            .filter(line -> line.startsWith("fieldstream_"))
            .collect(Collectors.toList());
    List<String> ours =
        samples.stream()
            .filter(line -> line.contains("\"" + model + "\""))
            .filter(line -> !line.contains("_bucket{"))
            .filter(line -> !line.contains("observable=") || SHOWN.matcher(line).find())
            .limit(LINES)
            .collect(Collectors.toList());
    StringBuilder text = new StringBuilder();
    text.append("/metrics: ").append(samples.size()).append(" fieldstream_ samples");
    text.append(ours.isEmpty() ? "\n" : ", among them\n");
    ours.forEach(line -> text.append("  ").append(line).append('\n'));
    return text.toString();
  }
}
