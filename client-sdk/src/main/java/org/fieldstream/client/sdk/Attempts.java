package org.fieldstream.client.sdk;

import java.time.Duration;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Counts failures in a row, and says when to try again. Not thread-safe. */
final class Attempts {
  private final RetryPolicy policy;
  private final SplittableRandom jitter = new SplittableRandom();
  private boolean answered;
  private int failures;
  private long failingSince = System.nanoTime();

  Attempts(RetryPolicy policy) {
    this.policy = policy;
  }

  /** The server answered, if only that it cannot serve now. */
  void answered() {
    answered = true;
  }

  /** There was progress: the next failure is a first one. */
  void progress() {
    answered = true;
    failures = 0;
  }

  /** Something failed: how long to wait before the next attempt; null to give up. */
  @Nullable Duration failed() {
    long now = System.nanoTime();
    if (failures++ == 0) {
      failingSince = now;
    }
    Duration patience = answered ? policy.giveUpAfter() : policy.firstContact();
    Duration wait = Duration.ofMillis(policy.delayMillis(failures, jitter));
    return now - failingSince + wait.toNanos() > patience.toNanos() ? null : wait;
  }

  /** {@code 3 attempts in 4.2 s}. */
  String count() {
    return String.format(
        java.util.Locale.ROOT,
        "%s in %.1f s",
        failures == 1 ? "1 attempt" : failures + " attempts",
        (System.nanoTime() - failingSince) / 1e9);
  }
}
