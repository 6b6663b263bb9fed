package org.fieldstream.server.verify;

import java.io.PrintWriter;
import java.util.Locale;

/** Outcomes for a person to read. */
public final class VerificationTable {
  private static final String ROW = "  %-17s %13s %10s %13s %10s %7s %7s%n";

  private final PrintWriter out;
  private final double sigmas;

  /**
   * A table.
   *
   * @param sigmas distance beyond which a row is marked
   */
  public VerificationTable(PrintWriter out, double sigmas) {
    this.out = out;
    this.sigmas = sigmas;
  }

  /** Prints one outcome. */
  public void print(Outcome outcome) {
    out.printf(
        Locale.ROOT,
        "%s %s at %s: %,d configurations in %.1f s%s%n",
        outcome.model(),
        outcome.exactness(),
        outcome.target(),
        outcome.configurations(),
        outcome.seconds(),
        outcome.firstLook().isEmpty() ? "" : ", second look");
    outcome.firstLook().forEach(failure -> out.println("  first look: " + failure));
    out.printf(
        Locale.ROOT, ROW, "quantity", "value", "error", "reference", "error", "sigma", "ratio");
    for (Comparison c : outcome.comparisons()) {
      out.printf(
          Locale.ROOT,
          ROW,
          c.quantity(),
          format("%.7f", c.measured().value()),
          format("%.2g", c.measured().error()),
          format("%.7f", c.reference().value()),
          c.reference().error() == 0 ? "exact" : format("%.2g", c.reference().error()),
          format(Math.abs(c.pull()) <= sigmas ? "%.2f" : "%.2f !", c.pull()),
          c.reference().error() == 0 ? "" : format("%.2f", c.errorRatio()));
    }
    outcome.failures().forEach(failure -> out.println("  FAILED " + failure));
    out.println();
    out.flush();
  }

  private static String format(String pattern, double value) {
    return String.format(Locale.ROOT, pattern, value);
  }
}
