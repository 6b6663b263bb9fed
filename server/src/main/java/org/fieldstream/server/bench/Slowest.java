package org.fieldstream.server.bench;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import org.fieldstream.monitoring.statistics.Estimate;
import org.fieldstream.monitoring.statistics.GammaMethod;

/**
 * How long observables of a Markov chain take to forget themselves.
 *
 * @param times 2 tau_int of m, |m|, m^2 (Q, |Q|, Q^2) and S; infinite where no chain ever changed
 *     the sign of m
 */
record Slowest(List<Quality.TwoTau> times) {
  /**
   * Measures it.
   *
   * @param symbol m or Q
   * @param order {@code [chain][state]}, chains as replicas; not modified
   * @param action {@code [chain][state]}; not modified
   */
  static Slowest of(String symbol, double[][] order, double[][] action) {
    return new Slowest(
        List.of(
            isFrozen(order)
                ? new Quality.TwoTau(Double.POSITIVE_INFINITY, Double.NaN, symbol)
                : time(symbol, order),
            time("|" + symbol + "|", map(order, Math::abs)),
            time(symbol + "^2", map(order, x -> x * x)),
            time("S", action)));
  }

  private static Quality.TwoTau time(String name, double[][] values) {
    Estimate estimate = new GammaMethod().mean(values);
    return new Quality.TwoTau(2 * estimate.tauInt(), 2 * estimate.tauIntError(), name);
  }

  /** Whether each chain keeps to one side of 0: what tau_int that has, none of them knows. */
  private static boolean isFrozen(double[][] order) {
    return Arrays.stream(order)
        .allMatch(
            chain ->
                chain.length > 1
                    && (Arrays.stream(chain).allMatch(x -> x > 0)
                        || Arrays.stream(chain).allMatch(x -> x < 0)));
  }

  /** The slowest. */
  Quality.TwoTau slowest() {
    return times.stream().max(Comparator.comparingDouble(Quality.TwoTau::twice)).orElseThrow();
  }

  /** The slowest of those that are not frozen. */
  Quality.TwoTau moving() {
    return times.stream()
        .filter(time -> !time.isFrozen())
        .max(Comparator.comparingDouble(Quality.TwoTau::twice))
        .orElseThrow();
  }

  /** All of them, for a person: {@code 2 tau_int of m 12.1 +- 0.8, |m| 9.0 +- 0.5, ...}. */
  @Override
  public String toString() {
    return times.stream().map(Slowest::text).collect(Collectors.joining(", ", "2 tau_int of ", ""));
  }

  private static String text(Quality.TwoTau time) {
    return time.isFrozen()
        ? time.observable() + " not known, no chain changes its sign"
        : String.format(
            Locale.ROOT, "%s %.3g +- %.2g", time.observable(), time.twice(), time.error());
  }

  private static double[][] map(double[][] series, DoubleUnaryOperator f) {
    return Arrays.stream(series)
        .map(s -> Arrays.stream(s).map(f).toArray())
        .toArray(double[][]::new);
  }
}
