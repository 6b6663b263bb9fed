package org.fieldstream.monitoring.alarms;

import java.util.Optional;

/**
 * Watches the acceptance of a running chain for {@link AlarmKind#LOW_ACCEPTANCE}, over the last
 * {@value AcceptanceAlarm#MINIMUM_PROPOSALS} to twice as many proposals, so that a collapse shows
 * also after a long good time. Not thread-safe.
 */
public final class AcceptanceWatch {
  private long before;
  private long acceptedBefore;
  private long now;
  private long acceptedNow;

  /** A proposal was judged. */
  public void add(boolean accepted) {
    add(1, accepted ? 1 : 0);
  }

  /**
   * Proposals were judged.
   *
   * @param judged how many, at least 0
   * @param accepted how many of them were accepted, 0 to {@code judged}
   */
  public void add(long judged, long accepted) {
    if (accepted < 0 || accepted > judged) {
      throw new IllegalArgumentException(
          "accepted: " + accepted + " (expected: 0 to " + judged + ", the number judged)");
    }
    if (now >= AcceptanceAlarm.MINIMUM_PROPOSALS) {
      before = now;
      acceptedBefore = acceptedNow;
      now = 0;
      acceptedNow = 0;
    }
    now += judged;
    acceptedNow += accepted;
  }

  /** Acceptance of late; NaN before the first proposal. */
  public double recent() {
    return (double) (acceptedBefore + acceptedNow) / (before + now);
  }

  /** What is wrong now, if anything. */
  public Optional<Alarm> alarm() {
    return AcceptanceAlarm.of(acceptedBefore + acceptedNow, before + now);
  }
}
