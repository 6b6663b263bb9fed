package org.fieldstream.server.bench;

import java.util.List;
import org.fieldstream.server.theory.Target;

/**
 * What annealed draws of one kind are worth at one target.
 *
 * @param target the target
 * @param way {@code langevin} (nothing decided), {@code adjusted} (moves decided at every level) or
 *     {@code corrected} (also reweighted with the weights of the ways)
 * @param levels of the path
 * @param draws number of draws
 * @param meanAcceptance accepted over proposed moves, all levels
 * @param leastAcceptance of the level where it is least
 * @param ess (sum w)^2 / (n sum w^2); 1 where draws count alike
 * @param rate draws per CPU-second
 * @param entries observables
 */
public record AnnealedRow(
    Target target,
    String way,
    int levels,
    int draws,
    double meanAcceptance,
    double leastAcceptance,
    double ess,
    double rate,
    List<Entry> entries) {
  /** Effective draws below which neither a mean nor its error means much. */
  private static final double TRUSTED = 30;

  public AnnealedRow {
    entries = List.copyOf(entries);
  }

  /** Whether the effective draws are enough for means and errors to be believed. */
  public boolean isTrusted() {
    return ess * draws >= TRUSTED;
  }

  /**
   * An observable.
   *
   * @param name its name
   * @param mean measured
   * @param error standard deviation of the mean
   * @param exact value of the character expansion
   */
  public record Entry(String name, double mean, double error, double exact) {
    /** Distance from the exact value in standard deviations. */
    public double pull() {
      return (mean - exact) / error;
    }
  }
}
