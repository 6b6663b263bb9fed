package org.fieldstream.client.cli;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The table at the end of a run. */
final class ResultTable {
  private ResultTable() {}

  /**
   * Renders the means of a run.
   *
   * @param reference values to compare with; null for none
   */
  static String of(Measurements measurements, @Nullable ReferenceValues reference) {
    TextTable table =
        reference == null
            ? new TextTable("observable", "mean", "tau_int", "ESS")
            : new TextTable("observable", "mean", "tau_int", "ESS", reference.title(), "pull");
    for (Quantity quantity : measurements.quantities()) {
      String mean = Numbers.withError(quantity.mean(), quantity.error());
      String tau = tau(quantity);
      String ess = Numbers.integer(quantity.effectiveN());
      if (reference == null) {
        table.add(quantity.name(), mean, tau, ess);
        continue;
      }
      double[] known = reference.get(quantity.name());
      if (known == null) {
        table.add(quantity.name(), mean, tau, ess, "-", "-");
      } else {
        double pull = (quantity.mean() - known[0]) / Math.hypot(quantity.error(), known[1]);
        table.add(
            quantity.name(),
            mean,
            tau,
            ess,
            known[1] == 0
                ? String.format(Locale.ROOT, "%.7f", known[0])
                : Numbers.withError(known[0], known[1]),
            Double.isFinite(pull) ? String.format(Locale.ROOT, "%+.1f", pull) : "-");
      }
    }
    return table.toString();
  }

  private static String tau(Quantity quantity) {
    if (!Double.isFinite(quantity.tauInt())) {
      return "-";
    }
    String tau = String.format(Locale.ROOT, "%.2f", quantity.tauInt());
    return Double.isFinite(quantity.tauIntError())
        ? String.format(Locale.ROOT, "%s +- %.2f", tau, quantity.tauIntError())
        : tau;
  }
}
