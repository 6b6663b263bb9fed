package org.fieldstream.server.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.fieldstream.monitoring.alarms.Alarm;
import org.fieldstream.server.live.StreamView;

/** What of a running stream wants attention: its alarms, and a client that does not read. */
final class Notices {
  /** A client that has not read for so long is told of, in seconds. */
  static final double PATIENCE_SECONDS = 2;

  private Notices() {}

  /** Each with its remedy; empty where nothing is wrong. */
  static List<Notice> of(StreamView stream) {
    List<Notice> notices = new ArrayList<>();
    for (Alarm alarm : stream.alarms()) {
      notices.add(notice(stream.number(), alarm));
    }
    if (stream.waitingSeconds() >= PATIENCE_SECONDS) {
      notices.add(
          new Notice(
              stream.number(),
              "Client does not read",
              String.format(
                  Locale.ROOT,
                  "%.1f MiB have been waiting for the client for %.0f s; nothing is computed for it"
                      + " meanwhile",
                  stream.unsentBytes() / (double) (1 << 20),
                  stream.waitingSeconds()),
              "Let the client read on, or end it."));
    }
    return notices;
  }

  private static Notice notice(int stream, Alarm alarm) {
    return switch (alarm.kind()) {
      case NOT_THERMALISED ->
          new Notice(
              stream,
              "Not thermalised",
              alarm.sentence(),
              "Leave out the beginning of the stream, until both halves of the rest agree.");
      case FROZEN ->
          new Notice(
              stream,
              "Frozen",
              alarm.sentence(),
              "Subscribe to a trained flow or to cluster for this target, or run very much"
                  + " longer.");
      case HEAVY_TAILED_WEIGHTS ->
          new Notice(
              stream,
              "Heavy-tailed weights",
              alarm.sentence(),
              "Train the model on, or take METROPOLIS and watch its tau_int.");
      case LOW_ACCEPTANCE ->
          new Notice(
              stream,
              "Low acceptance",
              alarm.sentence(),
              "Train the model on at this target, or take cluster or hmc.");
      case LOW_EFFECTIVE_SAMPLE_SIZE ->
          new Notice(
              stream,
              "Low effective sample size",
              alarm.sentence(),
              "Train the model on at this target, or take cluster or hmc.");
    };
  }
}
