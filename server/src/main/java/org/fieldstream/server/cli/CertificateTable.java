package org.fieldstream.server.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.fieldstream.server.certify.Certificate;
import org.jspecify.annotations.Nullable;

/** A certificate for a person to read. */
final class CertificateTable {
  private CertificateTable() {}

  /** Prints the decision, in a line. */
  static void printLine(PrintWriter out, Certificate c) {
    out.printf(
        Locale.ROOT,
        "%-32s %7d  %-9s %5.2f sigma  %s%n",
        c.subject(),
        c.configurations(),
        c.verdict(),
        c.sigmas(),
        c.sentence());
    out.flush();
  }

  /** Prints all of it. */
  static void print(PrintWriter out, Certificate c) {
    out.printf(
        Locale.ROOT,
        "%s at %s: %s%n%s%n%d configurations, each moved by %d steps of the kernel: %s%n%n",
        c.subject(),
        c.target().extents(),
        c.verdict(),
        c.sentence(),
        c.configurations(),
        c.steps(),
        c.kernel());
    String row = "  %-22s %12s %10s %9s %7s  %s%n";
    out.printf(row, "test", "value", "error", "worth", "sigma", "what holds");
    for (Certificate.Test t : c.tests()) {
      out.printf(
          row,
          t.name(),
          number("%.5g", t.value()),
          number("%.2g", t.error()),
          number("%.0f", t.effective()),
          t.decided() ? number("%.2f", t.sigmas()) : "-",
          t.decided() ? t.statement() : t.statement() + " (not counted: its error is not known)");
    }
    out.printf("%nbiases that would have been refused in 9 of 10 cases:%n");
    for (Certificate.Bias b : c.detectableBiases()) {
      out.printf(
          Locale.ROOT,
          "  %-16s %10.3g, %6.2f %% of its mean %.4g, %.3f standard deviations%n",
          b.observable(),
          b.bias(),
          100 * b.bias() / Math.abs(b.mean()),
          b.mean(),
          b.biasInDeviations());
    }
    out.flush();
  }

  private static String number(String format, @Nullable Double value) {
    return value == null ? "" : String.format(Locale.ROOT, format, value);
  }
}
