package org.fieldstream.client.sdk;

import java.time.Duration;

/** Hears of interruptions that a stream survives. Called on an event-loop thread. */
@FunctionalInterface
public interface StreamListener {
  /** Hears nothing. */
  StreamListener SILENT = (reason, nextIndex, wait) -> {};

  /**
   * The connection broke or the server asked to come back later.
   *
   * @param reason what happened, one sentence
   * @param nextIndex stream index of the configuration where the stream goes on
   * @param wait time until the next attempt
   */
  void interrupted(String reason, long nextIndex, Duration wait);
}
