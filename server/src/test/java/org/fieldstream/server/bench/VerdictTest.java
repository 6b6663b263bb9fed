package org.fieldstream.server.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The sentence follows from the rows, whichever way they fall. */
class VerdictTest {
  private static final Rate THOUSAND = Rate.of(List.of(999.0, 1000.0, 1001.0));

  private static String verdict(BenchRow... rows) {
    LatticeTarget target = LatticeTarget.phi4(8, -4, 6.008);
    return Verdict.of(new LatticeRows(target, Arrays.asList(rows), null));
  }

  @Test
  void theFlowWinsOverTheBestOfTheChains() {
    assertThat(
            verdict(
                Rows.flow(THOUSAND, 0.5),
                Rows.chain("hmc", THOUSAND, 40, 3),
                Rows.chain("cluster", THOUSAND, 4, 3)))
        .isEqualTo(
            "L = 8: the flow flow-8x8 is the better choice: 2.00 +- 0.028 times the independent"
                + " configurations of the best Markov chain, cluster.");
  }

  @Test
  void aChainWinsAndPaysForItsThermalisation() {
    // 100 against 500 a CPU-second; 4 s of thermalisation are made good after 4 / (1/100 - 1/500).
    assertThat(verdict(Rows.flow(THOUSAND, 0.1), Rows.chain("cluster", THOUSAND, 2, 4)))
        .isEqualTo(
            "L = 8: a Markov chain is the better choice: cluster makes 5.00 +- 0.071 times the"
                + " independent configurations of the best flow, flow-8x8; its thermalisation"
                + " counted, from about 500 of them on.");
  }

  @Test
  void whatIsWithinErrorsIsCalledEqual() {
    Rate noisy = Rate.of(List.of(500.0, 1000.0, 1500.0));
    assertThat(verdict(Rows.flow(noisy, 0.5), Rows.chain("hmc", THOUSAND, 2.5, 1)))
        .startsWith("L = 8: flow and Markov chain do equally well: flow-8x8 makes 1.25 +- ");
  }

  /** As of an affine flow before training: one draw carries all the weight. */
  @Test
  void withoutAnErrorNobodyWins() {
    BenchRow one = Rows.flow(THOUSAND, new Quality.Ess(1 / 65_536.0, Double.NaN, 65_536));
    assertThat(verdict(one, Rows.chain("cluster", THOUSAND, 4, 3)))
        .isEqualTo(
            "L = 8: the flow flow-8x8 cannot be judged: of its 65,536 draws about 1 carry all the"
                + " weight, too few for an error of ESS/N; the best Markov chain is cluster.");
    BenchRow stuck =
        Rows.chain("hmc", THOUSAND, new Quality.TwoTau(1e4, Double.POSITIVE_INFINITY, "m"));
    assertThat(verdict(Rows.flow(THOUSAND, 0.5), stuck))
        .isEqualTo(
            "L = 8: the flow flow-8x8 and the Markov chain hmc cannot be compared: hmc has too few"
                + " states for an error of its number (remedy: more --rounds, no --quick).");
  }

  @Test
  void whatHasNoErrorIsNotShownAsANumber() {
    BenchRow one = Rows.flow(THOUSAND, new Quality.Ess(1 / 65_536.0, Double.NaN, 65_536));
    BenchRow chain = Rows.chain("hmc", THOUSAND, 4, 3);
    LatticeRows lattice =
        new LatticeRows(LatticeTarget.phi4(8, -4, 6.008), List.of(one, chain), null);
    BenchReport report = new BenchReport(Host.here("none"), Settings.quick(3, 1), List.of(lattice));
    StringWriter text = new StringWriter();
    report.print(new PrintWriter(text));
    assertThat(text.toString()).contains("few draws").doesNotContain("NaN");
    assertThat(BenchJson.of(report))
        .contains("\"ess_fraction_error\" : null", "\"independent_error\" : null")
        .doesNotContain("NaN");
  }

  @Test
  void whereThereIsNoFlowTheBestChainIsNamed() {
    assertThat(verdict(Rows.chain("hmc", THOUSAND, 40, 3), Rows.chain("cluster", THOUSAND, 4, 3)))
        .isEqualTo("L = 8: no flow was measured; the best Markov chain is cluster.");
    assertThat(verdict(Rows.flow(THOUSAND, 1))).isEqualTo("L = 8: no Markov chain was measured.");
  }
}
