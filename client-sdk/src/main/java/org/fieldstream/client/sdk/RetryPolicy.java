package org.fieldstream.client.sdk;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When to try again after a broken connection or {@code UNAVAILABLE}: capped exponential back-off
 * with jitter, as in "Exponential Backoff And Jitter" (M. Brooker, AWS Architecture Blog, 2015),
 * the "equal jitter" form, so that many clients of a restarted server do not return in step.
 *
 * @param initialDelay upper bound of the first wait, positive
 * @param maxDelay upper bound of any wait, at least {@code initialDelay}
 * @param firstContact how long to keep trying before the server has answered for the first time
 * @param giveUpAfter how long to keep trying without any new configuration, after the server has
 *     answered at least once
 */
public record RetryPolicy(
    Duration initialDelay, Duration maxDelay, Duration firstContact, Duration giveUpAfter) {
  /** Waits of 0.1 s to 5 s; 5 s for the first contact, 2 minutes for an outage. */
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(
          Duration.ofMillis(100),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofMinutes(2));

  public RetryPolicy {
    if (initialDelay.isNegative() || initialDelay.isZero()) {
      throw new IllegalArgumentException("initialDelay: " + initialDelay + " (expected: > 0)");
    }
    if (maxDelay.compareTo(initialDelay) < 0) {
      throw new IllegalArgumentException(
          "maxDelay: " + maxDelay + " (expected: >= initialDelay, " + initialDelay + ")");
    }
    if (firstContact.isNegative()) {
      throw new IllegalArgumentException("firstContact: " + firstContact + " (expected: >= 0)");
    }
    if (giveUpAfter.isNegative()) {
      throw new IllegalArgumentException("giveUpAfter: " + giveUpAfter + " (expected: >= 0)");
    }
  }

  /** The same policy, giving up after another time. */
  public RetryPolicy withGiveUpAfter(Duration time) {
    return new RetryPolicy(initialDelay, maxDelay, firstContact, time);
  }

  /** The same policy with another time for the first contact. */
  public RetryPolicy withFirstContact(Duration time) {
    return new RetryPolicy(initialDelay, maxDelay, time, giveUpAfter);
  }

  /**
   * The wait before the next attempt, uniform in the upper half of the capped exponential.
   *
   * @param failures consecutive failures so far, at least 1
   * @param random source of the jitter
   * @return milliseconds, at least 1
   */
  long delayMillis(int failures, RandomGenerator random) {
    double doubled = initialDelay.toMillis() * Math.pow(2, Math.min(failures - 1, 30));
    double bound = Math.max(1, Math.min(doubled, maxDelay.toMillis()));
    return Math.max(1, Math.round(bound * (0.5 + 0.5 * random.nextDouble())));
  }
}
