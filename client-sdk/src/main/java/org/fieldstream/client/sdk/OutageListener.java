package org.fieldstream.client.sdk;

import java.time.Duration;

/** Hears of outages that are survived. Called on an event-loop thread. */
@FunctionalInterface
public interface OutageListener {
  /** Hears nothing. */
  OutageListener SILENT = (reason, wait) -> {};

  /**
   * The connection broke or the server asked to come back later.
   *
   * @param reason what happened, one sentence
   * @param wait time until the next attempt
   */
  void interrupted(String reason, Duration wait);
}
