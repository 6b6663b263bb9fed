package org.fieldstream.server.bench;

import org.jspecify.annotations.Nullable;

/**
 * One contender on one lattice.
 *
 * @param name model id, or {@code peer}
 * @param kind what it is
 * @param rate configurations (trajectories) per CPU-second
 * @param quality what a configuration is worth
 * @param startSeconds CPU-seconds from nothing to the first configuration that counts:
 *     thermalisation; 0 for independent draws, NaN where not known
 * @param choice what it chose or was told, for a person
 * @param corrected the Metropolis chain made of draws; null for what is a chain itself
 */
public record BenchRow(
    String name,
    Kind kind,
    Rate rate,
    Quality quality,
    double startSeconds,
    String choice,
    @Nullable Corrected corrected) {
  /** A row of a chain. */
  public BenchRow(
      String name, Kind kind, Rate rate, Quality quality, double startSeconds, String choice) {
    this(name, kind, rate, quality, startSeconds, choice, null);
  }

  /** What a contender is. */
  public enum Kind {
    /** Independent draws of a trained model. */
    FLOW,
    /** Independent draws that need no training, where the theory can be solved. */
    EXACT,
    /** A Markov chain of this service. */
    CHAIN,
    /** Another program. */
    PEER
  }

  /** Independent configurations per CPU-second. */
  public double independent() {
    return rate.median() * quality.worth();
  }

  /** Standard deviation of {@link #independent} over {@link #independent}; NaN where not known. */
  public double relativeError() {
    return Math.hypot(rate.relativeError(), quality.relativeError());
  }

  /** Whether {@link #independent} is a positive number with an error. */
  public boolean known() {
    return independent() > 0 && Double.isFinite(independent()) && Double.isFinite(relativeError());
  }
}
