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
 *     the sign of m, or the value of any of the others: what tau_int that has, none of them knows
 */
record Slowest(List<Quality.TwoTau> times) {
  /**
   * Measures it.
   *
   * @param parameter m or Q
   * @param order {@code [chain][state]}, chains as replicas; not modified
   * @param action {@code [chain][state]}; not modified
   */
  static Slowest of(OrderParameter parameter, double[][] order, double[][] action) {
    String symbol = parameter.symbol();
    return new Slowest(
        List.of(
            isConstant(map(order, parameter.sector())) ? frozen(symbol) : time(symbol, order),
            time("|" + symbol + "|", map(order, Math::abs)),
            time(symbol + "^2", map(order, x -> x * x)),
            time("S", action)));
  }

  private static Quality.TwoTau frozen(String name) {
    return new Quality.TwoTau(Double.POSITIVE_INFINITY, Double.NaN, name);
  }

  private static Quality.TwoTau time(String name, double[][] values) {
    if (isConstant(values)) {
      return frozen(name);
    }
    Estimate estimate = new GammaMethod().mean(values);
    return new Quality.TwoTau(2 * estimate.tauInt(), 2 * estimate.tauIntError(), name);
  }

  /** Whether each chain keeps to one value, be it the same for all chains or not. */
  private static boolean isConstant(double[][] values) {
    return Arrays.stream(values)
        .allMatch(chain -> chain.length > 1 && Arrays.stream(chain).allMatch(x -> x == chain[0]));
  }

  /** The slowest. */
  Quality.TwoTau slowest() {
    return times.stream().max(Comparator.comparingDouble(Quality.TwoTau::twice)).orElseThrow();
  }

  /** The slowest of those that are not frozen; of all where each of them is. */
  Quality.TwoTau moving() {
    return times.stream()
        .filter(time -> !time.isFrozen())
        .max(Comparator.comparingDouble(Quality.TwoTau::twice))
        .orElseGet(this::slowest);
  }

  /** Names of those that are frozen: {@code Q, |Q|, Q^2}; empty if none is. */
  String frozen() {
    return times.stream()
        .filter(Quality.TwoTau::isFrozen)
        .map(Quality.TwoTau::observable)
        .collect(Collectors.joining(", "));
  }

  /** All of them, for a person: {@code 2 tau_int of m frozen, |m| 9.0 +- 0.5, ...}. */
  @Override
  public String toString() {
    return times.stream().map(Slowest::text).collect(Collectors.joining(", ", "2 tau_int of ", ""));
  }

  private static String text(Quality.TwoTau time) {
    return time.isFrozen()
        ? time.observable() + " frozen"
        : String.format(
            Locale.ROOT, "%s %.3g +- %.2g", time.observable(), time.twice(), time.error());
  }

  private static double[][] map(double[][] series, DoubleUnaryOperator f) {
    return Arrays.stream(series)
        .map(s -> Arrays.stream(s).map(f).toArray())
        .toArray(double[][]::new);
  }
}
