package org.fieldstream.monitoring.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** AR(1) series of known tau_int: how often the stated errors hold, whole and running. */
class CoverageTest {
  private static final int SERIES = 400;

  private final GammaMethod gammaMethod = new GammaMethod();

  /**
   * Expected: 68.3 % +- 2.3 % for exact errors. The series are 400 tau_int long, or 1000 values.
   */
  @ParameterizedTest
  @CsvSource({"0.5, 1000", "5, 2000", "50, 20000"})
  void oneSigmaIntervalsHoldTheMean(double tauInt, int n) {
    int whole = 0;
    int running = 0;
    int times = 0;
    double sumTau = 0;
    for (int s = 0; s < SERIES; s++) {
      double[] series = Ar1.series(tauInt, n, 700_000 + s);
      Estimate offline = gammaMethod.mean(series);
      OnlineSeries online = new OnlineSeries();
      for (double value : series) {
        online.add(value);
      }
      Estimate live = online.estimate();
      whole += Math.abs(offline.mean()) < offline.error() ? 1 : 0;
      running += Math.abs(live.mean()) < live.error() ? 1 : 0;
      times += Math.abs(offline.tauInt() - tauInt) < offline.tauIntError() ? 1 : 0;
      sumTau += offline.tauInt();
    }
    System.out.printf(
        Locale.ROOT,
        "AR(1), tau_int %.1f, %d series of %d: mean within its error in %.1f %% (running %.1f %%),"
            + " tau_int in %.1f %%; mean tau_int %.3f%n",
        tauInt,
        SERIES,
        n,
        100.0 * whole / SERIES,
        100.0 * running / SERIES,
        100.0 * times / SERIES,
        sumTau / SERIES);
    assertThat(whole / (double) SERIES).isBetween(0.60, 0.75);
    assertThat(running / (double) SERIES).isBetween(0.60, 0.75);
    assertThat(sumTau / SERIES).isBetween(0.95 * tauInt, 1.05 * tauInt);
  }

  /** Found: 25,408 bytes, tau_int and error within 4e-4 of those of the whole series. */
  @ParameterizedTest
  @CsvSource({"0.5", "5", "50"})
  void aMillionValuesGiveTheKnownTimeWithinItsErrorAndTheRunningOneAgrees(double tauInt) {
    int n = 1_000_000;
    double[] series = Ar1.series(tauInt, n, 12);
    long before = allocated();
    OnlineSeries online = new OnlineSeries();
    for (double value : series) {
      online.add(value);
    }
    // Whatever is retained was allocated.
    long bytes = allocated() - before;
    Estimate live = online.estimate();
    Estimate whole = gammaMethod.mean(series);
    System.out.printf(
        Locale.ROOT,
        "AR(1), tau_int %.1f, %d values: tau_int %.4f +- %.4f; running against whole: tau_int"
            + " %+.1e, error %+.1e; %d bytes%n",
        tauInt,
        n,
        whole.tauInt(),
        whole.tauIntError(),
        live.tauInt() / whole.tauInt() - 1,
        live.error() / whole.error() - 1,
        bytes);
    assertThat(Math.abs(whole.tauInt() - tauInt)).isLessThan(3 * whole.tauIntError());
    assertThat(Math.abs(whole.sigmasFrom(0, 0))).isLessThan(3);
    assertThat(live.tauInt() / whole.tauInt()).isBetween(0.95, 1.05);
    assertThat(live.error() / whole.error()).isBetween(0.95, 1.05);
    assertThat(bytes).isLessThan(64 << 10);
  }

  static long allocated() {
    return ((com.sun.management.ThreadMXBean)
            java.lang.management.ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }
}
