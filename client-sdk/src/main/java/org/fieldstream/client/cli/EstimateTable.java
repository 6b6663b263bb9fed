package org.fieldstream.client.cli;

import java.util.Collection;
import java.util.Locale;
import org.fieldstream.v1.Alarm;
import org.fieldstream.v1.Estimate;
import org.fieldstream.v1.SeriesEstimate;

/** Running estimates as a table, with what is wrong below it. */
final class EstimateTable {
  /** Components of a series that are shown. */
  private static final int MOST = 32;

  private EstimateTable() {}

  static String of(Collection<SeriesEstimate> estimates) {
    TextTable table = new TextTable("series", "mean", "tau_int", "ESS", "measurements");
    StringBuilder below = new StringBuilder();
    for (SeriesEstimate series : estimates) {
      int components = series.getComponentsCount();
      if (components == 0) {
        table.add(series.getSeries(), "-", "-", "-", "0");
      }
      for (int c = 0; c < Math.min(components, MOST); c++) {
        Estimate estimate = series.getComponents(c);
        table.add(
            components == 1 ? series.getSeries() : series.getSeries() + '[' + c + ']',
            Numbers.withError(
                estimate.getMean(), estimate.hasError() ? estimate.getError() : Double.NaN),
            estimate.hasTauInt() ? tau(estimate) : "-",
            estimate.hasEffectiveSampleSize()
                ? Numbers.integer(estimate.getEffectiveSampleSize())
                : "-",
            Numbers.integer(estimate.getCount()));
      }
      if (components > MOST) {
        below.append(series.getSeries()).append(": ").append(components - MOST);
        below.append(" more components\n");
      }
      for (Alarm alarm : series.getAlarmsList()) {
        below.append("alarm: ").append(alarm.getSentence()).append('\n');
      }
    }
    return table.toString() + below;
  }

  private static String tau(Estimate estimate) {
    return estimate.hasTauIntError()
        ? String.format(
            Locale.ROOT, "%.2f +- %.2f", estimate.getTauInt(), estimate.getTauIntError())
        : String.format(Locale.ROOT, "%.2f", estimate.getTauInt());
  }
}
