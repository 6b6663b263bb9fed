package org.fieldstream.server.verify;

import java.util.List;

/**
 * What came of one model at one target.
 *
 * @param model model id
 * @param exactness how its configurations stand for exp(-S)
 * @param target lattice and couplings, in words
 * @param configurations how many were measured
 * @param seconds wall-clock time it took
 * @param firstLook what was wrong in a first, shorter run, empty if this is the first
 * @param comparisons quantity by quantity
 * @param failures what is wrong, empty if nothing
 */
public record Outcome(
    String model,
    String exactness,
    String target,
    long configurations,
    double seconds,
    List<String> firstLook,
    List<Comparison> comparisons,
    List<String> failures) {
  public Outcome {
    firstLook = List.copyOf(firstLook);
    comparisons = List.copyOf(comparisons);
    failures = List.copyOf(failures);
  }

  /** Whether all is well. */
  public boolean passes() {
    return failures.isEmpty();
  }
}
