package org.fieldstream.server.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.fieldstream.monitoring.statistics.Estimate;
import org.fieldstream.monitoring.statistics.GammaMethod;

/** The observable of a Markov chain that takes longest to forget itself. */
final class Slowest {
  private Slowest() {}

  /**
   * 2 tau_int of the slowest of m, |m|, m^2 (Q, |Q|, Q^2) and S.
   *
   * @param symbol m or Q
   * @param order {@code [chain][state]}, chains as replicas; not modified
   * @param action {@code [chain][state]}; not modified
   */
  static Quality.TwoTau of(String symbol, double[][] order, double[][] action) {
    Map<String, double[][]> watched = new LinkedHashMap<>();
    watched.put(symbol, order);
    watched.put("|" + symbol + "|", map(order, Math::abs));
    watched.put(symbol + "^2", map(order, x -> x * x));
    watched.put("S", action);
    Quality.TwoTau slowest = new Quality.TwoTau(0, 0, "");
    for (Map.Entry<String, double[][]> observable : watched.entrySet()) {
      Estimate estimate = new GammaMethod().mean(observable.getValue());
      if (2 * estimate.tauInt() > slowest.twice()) {
        slowest =
            new Quality.TwoTau(
                2 * estimate.tauInt(), 2 * estimate.tauIntError(), observable.getKey());
      }
    }
    return slowest;
  }

  private static double[][] map(double[][] series, DoubleUnaryOperator f) {
    return Arrays.stream(series)
        .map(s -> Arrays.stream(s).map(f).toArray())
        .toArray(double[][]::new);
  }
}
