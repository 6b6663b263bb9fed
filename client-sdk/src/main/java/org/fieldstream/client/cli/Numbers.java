package org.fieldstream.client.cli;

import java.util.Locale;

/** Numbers for people. */
final class Numbers {
  private Numbers() {}

  /**
   * Value with its error in the last digits, as papers print it: {@code 0.25646(6)}, the error
   * rounded to one digit, or two where it begins with 1.
   */
  static String compact(double value, double error) {
    if (!Double.isFinite(value)) {
      return "-";
    }
    if (!(error > 0) || Double.isInfinite(error)) {
      return String.format(Locale.ROOT, "%.5g", value);
    }
    int decimals = decimals(error);
    if (decimals <= 0) {
      return String.format(Locale.ROOT, "%.0f(%.0f)", value, error);
    }
    long digits = Math.round(error * Math.pow(10, decimals));
    return String.format(Locale.ROOT, "%." + decimals + "f(%d)", value, digits);
  }

  /** Value and error on one grid of decimals: {@code 0.256460 +- 0.000057}. */
  static String withError(double value, double error) {
    if (!Double.isFinite(value)) {
      return "-";
    }
    if (!Double.isFinite(error)) {
      return String.format(Locale.ROOT, "%.6g", value);
    }
    if (error == 0) {
      return String.format(Locale.ROOT, "%.6g +- 0", value);
    }
    int decimals = Math.max(0, decimals(error) + 1);
    return String.format(Locale.ROOT, "%." + decimals + "f +- %." + decimals + "f", value, error);
  }

  /** An integer with thousands marked, from a real. */
  static String integer(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%,.0f", value) : "-";
  }

  /** Decimals at which an error has one digit, two where it begins with 1. */
  private static int decimals(double error) {
    int exponent = (int) Math.floor(Math.log10(error));
    double leading = error / Math.pow(10, exponent);
    int decimals = Math.max(-exponent, -300);
    return leading < 1.95 ? decimals + 1 : decimals;
  }
}
