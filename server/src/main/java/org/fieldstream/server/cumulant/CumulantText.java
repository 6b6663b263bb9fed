package org.fieldstream.server.cumulant;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Cumulants as a table for people and as CSV. */
public final class CumulantText {
  private CumulantText() {}

  /** Prints a table for each kind and order. */
  public static void table(List<CumulantRow> rows, PrintWriter out) {
    String last = "";
    for (CumulantRow row : rows) {
      String head = row.of() + " " + row.order();
      if (!head.equals(last)) {
        out.printf("%n%s, cumulant of order %d%n", row.of().replace('_', ' '), row.order());
        out.printf(
            "  %9s %13s %13s %9s %6s %13s %9s %6s%n",
            "sigma", "expected", "forward", "error", "pull", "backward", "error", "pull");
        last = head;
      }
      out.printf(
          Locale.ROOT,
          "  %9.4g %13.6g %13.6g %9.2g %6s %13.6g %9.2g %6.2f%n",
          row.sigma(),
          row.expected(),
          row.forward(),
          row.forwardError(),
          Double.isNaN(row.forwardPull())
              ? ""
              : String.format(Locale.ROOT, "%.2f", row.forwardPull()),
          row.backward(),
          row.backwardError(),
          row.backwardPull());
    }
    out.flush();
  }

  /** A line of names and a line for each row. */
  public static String csv(List<CumulantRow> rows) {
    StringBuilder text =
        new StringBuilder(
            "of,order,sigma,expected,forward,forward_error,backward,backward_error\n");
    for (CumulantRow row : rows) {
      text.append(row.of())
          .append(',')
          .append(row.order())
          .append(',')
          .append(row.sigma())
          .append(',')
          .append(row.expected())
          .append(',')
          .append(row.forward())
          .append(',')
          .append(row.forwardError())
          .append(',')
          .append(row.backward())
          .append(',')
          .append(row.backwardError())
          .append('\n');
    }
    return text.toString();
  }
}
