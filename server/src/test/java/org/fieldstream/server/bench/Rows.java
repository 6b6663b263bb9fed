package org.fieldstream.server.bench;

/** Rows of which only some numbers matter. */
final class Rows {
  private Rows() {}

  /** A flow whose ESS is known to a per cent. */
  static BenchRow flow(Rate rate, double ess) {
    return flow(rate, new Quality.Ess(ess, 0.01 * ess, 4096));
  }

  static BenchRow flow(Rate rate, Quality quality) {
    return new BenchRow("flow-8x8", BenchRow.Kind.FLOW, rate, quality, 0, "");
  }

  /** A chain whose 2 tau_int is known to a per cent. */
  static BenchRow chain(String name, Rate rate, double twoTau, double startSeconds) {
    Quality quality = new Quality.TwoTau(twoTau, 0.01 * twoTau, "m");
    return new BenchRow(name, BenchRow.Kind.CHAIN, rate, quality, startSeconds, "");
  }

  static BenchRow chain(String name, Rate rate, Quality quality) {
    return new BenchRow(name, BenchRow.Kind.CHAIN, rate, quality, 1, "");
  }
}
