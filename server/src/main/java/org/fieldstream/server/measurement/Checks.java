package org.fieldstream.server.measurement;

import org.fieldstream.server.measurement.MeasurementStore.Stored;
import org.jspecify.annotations.Nullable;

/** What may be wrong with a measurement, as {@code field: value (expected: ...)}. */
final class Checks {
  private Checks() {}

  /**
   * What is wrong with a measurement; null where nothing is.
   *
   * @param series the series it names; null where that is new
   */
  static @Nullable String fault(Measurement measurement, @Nullable Stored series) {
    String fault = series == null ? SeriesName.fault(measurement.series()) : null;
    if (fault == null) {
      fault = values(measurement.values(), series);
    }
    if (fault == null) {
      fault = logWeight(measurement, series);
    }
    if (fault == null && measurement.configuration() < 0) {
      fault =
          "configuration_id: "
              + Long.toUnsignedString(measurement.configuration())
              + " (expected: 0 to 2^63 - 1)";
    }
    return fault;
  }

  private static @Nullable String values(double[] values, @Nullable Stored series) {
    if (values.length == 0 || values.length > MeasurementLimits.MAX_COMPONENTS) {
      return "values: "
          + values.length
          + " numbers (expected: 1 to "
          + MeasurementLimits.MAX_COMPONENTS
          + ")";
    }
    if (series != null && values.length != series.components()) {
      return "values: "
          + values.length
          + " numbers (expected: "
          + series.components()
          + ", as in the other entries of "
          + series.name()
          + ")";
    }
    for (int c = 0; c < values.length; c++) {
      if (!Double.isFinite(values[c])) {
        return "values[" + c + "]: " + values[c] + " (expected: a finite number)";
      }
    }
    return null;
  }

  private static @Nullable String logWeight(Measurement measurement, @Nullable Stored series) {
    if (measurement.weighted() && !Double.isFinite(measurement.logWeight())) {
      return "log_weight: "
          + measurement.logWeight()
          + " (expected: a finite number; leave out a configuration of weight 0)";
    }
    if (series != null && measurement.weighted() != series.weighted()) {
      return measurement.weighted()
          ? "log_weight: "
              + measurement.logWeight()
              + " (expected: none, as in the other entries of "
              + series.name()
              + ")"
          : "log_weight: unset (expected: a number, as in the other entries of "
              + series.name()
              + ")";
    }
    return null;
  }

  /** What is wrong with a measurement that is stored already, with other values. */
  static String otherValues(Measurement measurement) {
    return "configuration_id: "
        + measurement.configuration()
        + " is stored with other values (expected: the same values again, or another"
        + " configuration_id, replica or series; what is stored is never changed)";
  }
}
