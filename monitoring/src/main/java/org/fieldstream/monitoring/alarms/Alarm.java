package org.fieldstream.monitoring.alarms;

import static java.util.Objects.requireNonNull;

/**
 * A warning with its figure.
 *
 * @param kind what is wrong
 * @param sentence for a human reader, figures included; at most {@value #MAX_SENTENCE} characters
 * @param value the figure that crossed the threshold, in the unit that the kind's evaluator states
 * @param threshold the threshold
 */
public record Alarm(AlarmKind kind, String sentence, double value, double threshold) {
  /** Longest sentence; a longer one is cut. */
  public static final int MAX_SENTENCE = 300;

  /** Checks and cuts. */
  public Alarm {
    requireNonNull(kind, "kind");
    if (sentence.length() > MAX_SENTENCE) {
      sentence = sentence.substring(0, MAX_SENTENCE);
    }
  }
}
