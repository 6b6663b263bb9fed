package org.fieldstream.server.bench;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was measured on one lattice.
 *
 * @param target the lattice
 * @param rows by contender: flows, chains, the peer
 * @param likeness the peer's algorithm on the service's machine; null where there is no peer
 */
public record LatticeRows(LatticeTarget target, List<BenchRow> rows, @Nullable Likeness likeness) {
  public LatticeRows {
    rows = List.copyOf(rows);
  }

  /** The flow that makes most independent configurations. */
  public Optional<BenchRow> bestFlow() {
    return rows.stream()
        .filter(row -> row.kind() == BenchRow.Kind.FLOW)
        .max(Comparator.comparingDouble(BenchRow::independent));
  }

  /** The Markov chain that makes most independent configurations, the peer among them. */
  public Optional<BenchRow> bestChain() {
    return rows.stream()
        .filter(row -> row.kind() == BenchRow.Kind.CHAIN || row.kind() == BenchRow.Kind.PEER)
        .max(Comparator.comparingDouble(BenchRow::independent));
  }

  /** A contender's row. */
  public Optional<BenchRow> row(String name) {
    return rows.stream().filter(row -> row.name().equals(name)).findFirst();
  }
}
