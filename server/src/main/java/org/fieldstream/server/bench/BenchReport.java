package org.fieldstream.server.bench;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * All that was measured, for a person; {@link BenchJson} for a program.
 *
 * @param host what it ran on
 * @param settings how long
 * @param lattices by lattice
 */
public record BenchReport(Host host, Settings settings, List<LatticeRows> lattices) {
  /** In place of a number that has no error. */
  private static final String FEW = "few draws";

  private static final String HEAD = "%5s  %-22s %18s  %24s  %18s  %9s  %9s  %9s%n";

  public BenchReport {
    lattices = List.copyOf(lattices);
  }

  /** Prints the table. */
  public void print(PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%ncpu      %s, %d processors, load %.1f%s%njvm      %s%nmachine  %s%n",
        host.cpu(),
        host.processors(),
        host.load(),
        host.busy() ? " before the first turn: not a quiet machine" : "",
        host.jvm(),
        host.machine());
    out.printf(
        Locale.ROOT,
        "%nPer CPU-second of the whole process, medians of %d turns, errors of one standard"
            + " deviation.%nIndependent = draws x ESS/N, or trajectories / (2 tau_int) of the"
            + " slowest of m, |m|, m^2 (Q, |Q|, Q^2 of U(1)) and S.%nStart: CPU-seconds until a"
            + " chain is thermal; frozen: no chain ever changed the sign of m, or anything of Q.%n%n",
        settings.rounds());
    out.printf(
        HEAD,
        "L",
        "",
        "samples/cpu-s",
        "ESS/N or 2 tau_int",
        "independent/cpu-s",
        "/ hmc",
        "/ peer",
        "start");
    for (LatticeRows lattice : lattices) {
      String extent = lattice.target().label();
      for (BenchRow row : lattice.rows()) {
        line(out, extent, row, lattice);
        extent = "";
      }
    }
    out.println();
    lattices.forEach(lattice -> out.println(Verdict.of(lattice)));
    out.println();
    lattices.forEach(lattice -> details(out, lattice));
    out.flush();
  }

  private static void line(PrintWriter out, String extent, BenchRow row, LatticeRows lattice) {
    out.printf(
        Locale.ROOT,
        HEAD,
        extent,
        row.name(),
        withError(row.rate().median(), row.rate().relativeError()),
        quality(row.quality()),
        row.independent() == 0 ? "0" : withError(row.independent(), row.relativeError()),
        over(row, lattice.row("hmc")),
        over(row, lattice.row(PeerContender.NAME)),
        row.startSeconds() > 0 ? String.format(Locale.ROOT, "%.1f", row.startSeconds()) : "");
  }

  private static String withError(double value, double relativeError) {
    if (!Double.isFinite(relativeError) || !Double.isFinite(value)) {
      return FEW;
    }
    return String.format(
        Locale.ROOT,
        value < 100 ? "%.1f +- %.0f %%" : "%,.0f +- %.0f %%",
        value,
        100 * relativeError);
  }

  private static String quality(Quality quality) {
    if (quality instanceof Quality.Ess ess) {
      return Double.isFinite(ess.error())
          ? String.format(Locale.ROOT, "%.4f +- %.4f", ess.ratio(), ess.error())
          : FEW;
    }
    Quality.TwoTau tau = (Quality.TwoTau) quality;
    if (tau.isFrozen()) {
      return tau.observable() + ": frozen";
    }
    if (!Double.isFinite(tau.error())) {
      return tau.observable() + ": few states";
    }
    return String.format(
        Locale.ROOT, "%s: %.2f +- %.2f", tau.observable(), tau.twice(), tau.error());
  }

  private static String over(BenchRow row, Optional<BenchRow> other) {
    return other
        .filter(o -> !o.name().equals(row.name()) && row.known() && o.known())
        .map(o -> String.format(Locale.ROOT, "x %.3g", row.independent() / o.independent()))
        .orElse("");
  }

  private static void details(PrintWriter out, LatticeRows lattice) {
    out.println(lattice.target());
    for (BenchRow row : lattice.rows()) {
      out.printf("  %s: %s%n", row.name(), row.choice());
    }
    Likeness same = lattice.likeness();
    if (same != null) {
      out.printf(
          Locale.ROOT,
          "  the peer's algorithm here, %d leapfrog steps: %,.0f trajectories per CPU-second, %.2f"
              + " +- %.2f times the peer's; acceptance %.3f%n",
          same.steps(),
          same.rate().median(),
          same.ratio().median(),
          same.ratio().median() * same.ratio().relativeError(),
          same.acceptance());
    }
  }
}
