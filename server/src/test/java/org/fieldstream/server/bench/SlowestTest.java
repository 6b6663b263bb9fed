package org.fieldstream.server.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of a chain is slow, and what does not move at all. */
final class SlowestTest {
  private static final int LENGTH = 4_000;

  private static final OrderParameter M = OrderParameter.of(LatticeTarget.phi4(8, -4, 6).target());
  private static final OrderParameter Q = OrderParameter.of(LatticeTarget.u1(8, 8).target());

  /** An AR(1) series of 2 tau_int = (1 + a) / (1 - a) around a mean. */
  private static double[] series(long seed, double a, double mean) {
    Random random = new Random(seed);
    double[] values = new double[LENGTH];
    double x = random.nextGaussian() / Math.sqrt(1 - a * a);
    for (int i = 0; i < LENGTH; i++) {
      values[i] = mean + x;
      x = a * x + random.nextGaussian();
    }
    return values;
  }

  @Test
  void theSlowestIsNamed() {
    Slowest times =
        Slowest.of(
            M,
            new double[][] {series(1, 0.8, 0), series(2, 0.8, 0)},
            new double[][] {series(3, 0.2, 5), series(4, 0.2, 5)});
    assertThat(times.slowest().observable()).isEqualTo("m");
    assertThat(times.slowest().twice()).isCloseTo(9, within(4 * times.slowest().error()));
    assertThat(times.moving()).isEqualTo(times.slowest());
    assertThat(times.times().get(3).twice()).isCloseTo(1.5, within(0.3));
    assertThat(times.toString()).startsWith("2 tau_int of m ").contains(", |m| ", ", m^2 ", ", S ");
  }

  /** Wells that no chain leaves: how long m takes nobody knows, all else does not mind. */
  @Test
  void aSignThatIsNeverChangedIsFrozen() {
    double[][] order = {series(1, 0.5, 40), series(2, 0.5, -40)};
    double[][] action = {series(3, 0.2, 5), series(4, 0.2, 5)};
    Slowest times = Slowest.of(M, order, action);
    assertThat(times.slowest()).matches(Quality.TwoTau::isFrozen);
    assertThat(times.slowest().worth()).isZero();
    assertThat(times.moving().twice()).isCloseTo(3, within(0.5));
    assertThat(times.toString()).startsWith("2 tau_int of m frozen, |m| ");
    // One that does is enough.
    order[1][7] = 1;
    assertThat(Slowest.of(M, order, action).slowest().isFrozen()).isFalse();
  }

  /** Sectors that no chain leaves, 0 among them; Q^2 of one chain alone does not move either. */
  @ParameterizedTest
  @CsvSource({"0, 0", "0, 1", "-2, 3"})
  void aChargeThatIsNeverChangedIsFrozen(double one, double other) {
    double[][] order = new double[2][LENGTH];
    Arrays.fill(order[0], one);
    Arrays.fill(order[1], other);
    double[][] action = {series(3, 0.2, 5), series(4, 0.2, 5)};
    Slowest times = Slowest.of(Q, order, action);
    assertThat(times.slowest().observable()).isEqualTo("Q");
    assertThat(times.slowest()).matches(Quality.TwoTau::isFrozen);
    assertThat(times.frozen()).isEqualTo("Q, |Q|, Q^2");
    assertThat(times.moving().observable()).isEqualTo("S");
    assertThat(times.toString()).startsWith("2 tau_int of Q frozen, |Q| frozen, Q^2 frozen, S 1.");
    // A value that is left is enough, on whichever side of 0.
    for (int i = LENGTH / 2; i < LENGTH; i++) {
      order[0][i] = one - 1;
    }
    assertThat(Slowest.of(Q, order, action).times()).noneMatch(Quality.TwoTau::isFrozen);
  }

  /** As of an m that changes sign, so of a Q that moves on one side of 0. */
  @Test
  void aChargeOfOneSignMoves() {
    double[][] order = {series(1, 0.8, 40), series(2, 0.8, 40)};
    for (double[] chain : order) {
      Arrays.setAll(chain, i -> Math.rint(chain[i]));
    }
    double[][] action = {series(3, 0.2, 5), series(4, 0.2, 5)};
    assertThat(Slowest.of(Q, order, action).frozen()).isEmpty();
    assertThat(Slowest.of(M, order, action).frozen()).isEqualTo("m");
  }

  /** A chain that accepts nothing. */
  @Test
  void whereNothingMovesNothingIsKnown() {
    Slowest times = Slowest.of(M, new double[1][LENGTH], new double[1][LENGTH]);
    assertThat(times.frozen()).isEqualTo("m, |m|, m^2, S");
    assertThat(times.moving().isFrozen()).isTrue();
  }

  @Test
  void theVerdictSaysSo() {
    Rate rate = Rate.of(List.of(999.0, 1000.0, 1001.0));
    BenchRow frozen =
        Rows.chain("hmc", rate, new Quality.TwoTau(Double.POSITIVE_INFINITY, Double.NaN, "m"));
    LatticeTarget target = LatticeTarget.phi4(8, -4, 6.008);
    LatticeRows rows = new LatticeRows(target, List.of(Rows.flow(rate, 0.5), frozen), null);
    assertThat(Verdict.of(rows))
        .isEqualTo(
            "L = 8: the flow flow-8x8 is the better choice: no Markov chain here ever changes the"
                + " sign of m.");
    BenchRow stuck =
        Rows.chain("hmc", rate, new Quality.TwoTau(Double.POSITIVE_INFINITY, Double.NaN, "Q"));
    LatticeTarget gauge = LatticeTarget.u1(8, 8);
    assertThat(Verdict.of(new LatticeRows(gauge, List.of(Rows.flow(rate, 0.5), stuck), null)))
        .endsWith("the better choice: no Markov chain here ever changes Q.");
  }
}
