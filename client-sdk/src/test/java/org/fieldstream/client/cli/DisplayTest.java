package org.fieldstream.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.fieldstream.v1.Model;
import org.fieldstream.v1.Target;
import org.junit.jupiter.api.Test;

/** What people see. */
class DisplayTest {
  @Test
  void numbersCarryTheirErrors() {
    assertThat(Numbers.compact(0.2564623, 0.000057)).isEqualTo("0.25646(6)");
    assertThat(Numbers.compact(0.2564623, 0.000157)).isEqualTo("0.25646(16)");
    assertThat(Numbers.compact(25.4641, 0.12)).isEqualTo("25.46(12)");
    assertThat(Numbers.compact(1234.4, 30)).isEqualTo("1234(30)");
    assertThat(Numbers.compact(1, Double.NaN)).isEqualTo("1.0000");
    assertThat(Numbers.compact(Double.NaN, 1)).isEqualTo("-");
    assertThat(Numbers.withError(0.2564623, 0.000057)).isEqualTo("0.256462 +- 0.000057");
    assertThat(Numbers.withError(-0.0450523, 0.00016)).isEqualTo("-0.045052 +- 0.000160");
    assertThat(Numbers.withError(2, 0)).isEqualTo("2.00000 +- 0");
    assertThat(Numbers.withError(2, Double.NaN)).isEqualTo("2.00000");
    assertThat(Numbers.withError(Double.NaN, 0.1)).isEqualTo("-");
    assertThat(Numbers.integer(12345.6)).isEqualTo("12,346");
  }

  @Test
  void tablesAlign() {
    TextTable table = new TextTable("name", "x");
    table.add("a", "10");
    table.add("long name", "2");
    assertThat(table).hasToString("name         x\na           10\nlong name    2\n");
    assertThatThrownBy(() -> table.add("one")).hasMessage("cells: 1 (expected: 2)");
  }

  @Test
  void logsGetALineEveryTwoSeconds() {
    StringWriter text = new StringWriter();
    AtomicLong now = new AtomicLong();
    try (PlainProgress progress =
        new PlainProgress("hmc", 100, "configurations", new PrintWriter(text), now::get)) {
      progress.update(1, () -> "early");
      now.set(1_999_999_999L);
      progress.update(10, () -> "still early");
      now.set(2_000_000_000L);
      progress.update(20, () -> "phi2 0.25(1)");
      now.set(2_500_000_000L);
      progress.update(30, () -> "early again");
      progress.line("connection lost");
      progress.update(100, () -> "all");
      progress.update(100, () -> "all again");
    }
    assertThat(text.toString().lines())
        .containsExactly(
            "hmc: 20/100 configurations, phi2 0.25(1)",
            "connection lost",
            "hmc: 100/100 configurations, all");
  }

  @Test
  void aTerminalGetsOneLineThatFits() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    try (TerminalProgress progress = new TerminalProgress("phi4-8x8", 100, out)) {
      progress.update(50, () -> "phi2 0.184(2) acc 0.81");
      progress.line("connection lost");
      progress.update(100, () -> "phi2 0.1838(9) acc 0.80");
    }
    String text = bytes.toString(StandardCharsets.UTF_8);
    assertThat(text).contains("\r\u001b[Kconnection lost");
    assertThat(text).contains("phi4-8x8 [").contains("100% phi2 0.1838(9) acc 0.80");
  }

  @Test
  void referenceValuesAreFoundByTarget() throws IOException {
    Target.Builder target =
        Target.newBuilder()
            .setTheory("phi4")
            .addExtents(8)
            .addExtents(8)
            .putCouplings("m2", -4)
            .putCouplings("lambda", 6.008);
    ReferenceValues known = ReferenceValues.of(target.build());
    assertThat(known).isNotNull();
    assertThat(known.get("phi2")).containsExactly(0.18382414, 3.9e-05);
    assertThat(known.get("nosuch")).isNull();
    assertThat(ReferenceValues.of(target.putCouplings("lambda", 6).build())).isNull();
    assertThat(ReferenceValues.of(Target.getDefaultInstance())).isNull();
  }

  @Test
  void exactValuesAreKnownForGaugeTheory() throws IOException {
    Target.Builder target =
        Target.newBuilder().setTheory("u1").addExtents(16).addExtents(16).putCouplings("beta", 7);
    ReferenceValues exact = ReferenceValues.of(target.build());
    assertThat(exact).isNotNull();
    assertThat(exact.title()).isEqualTo("exact");
    assertThat(exact.get("chi_q")[0]).isCloseTo(.0039313, within(5e-8));
    assertThat(exact.get("chi_q")[1]).isZero();
    assertThat(exact.get("phi2")).isNull();
    assertThat(ReferenceValues.exact(target.putCouplings("beta", -1).build())).isNull();
    assertThat(ReferenceValues.exact(target.clearCouplings().build())).isNull();
    assertThat(ReferenceValues.exact(target.putCouplings("beta", 1).clearExtents().build()))
        .isNull();
  }

  @Test
  void theUsualObservablesOfGaugeTheoryFitTheLattice() {
    Model chain = Model.newBuilder().setId("hmc").build();
    Target.Builder target = Target.newBuilder().setTheory("u1").addExtents(3).addExtents(8);
    assertThat(Observables.defaults(chain, target.build()))
        .containsExactly(
            "plaquette",
            "wilson_1x2",
            "wilson_2x2",
            "polyakov_abs2",
            "charge",
            "chi_q",
            "action_per_site");
    Model trained =
        Model.newBuilder()
            .setTarget(target)
            .addAllObservables(List.of("plaquette", "wilson_1x2", "other"))
            .build();
    assertThat(Observables.defaults(trained, Target.getDefaultInstance()))
        .containsExactly("plaquette", "wilson_1x2");
  }

  @Test
  void metricsOfAModelAreExcerpted() {
    String metrics =
        """
        # HELP fieldstream_configurations_total Configurations
        fieldstream_configurations_total{model="a"} 7.0
        fieldstream_configurations_total{model="b"} 8.0
        fieldstream_mean{model="a",observable="phi2"} 0.2
        fieldstream_mean{model="a",observable="c_7"} 0.3
        fieldstream_seconds_bucket{model="a",le="1"} 8.0
        jvm_threads 3.0
        """;
    assertThat(MetricsExcerpt.of(metrics, "a"))
        .isEqualTo(
            """
            /metrics: 5 fieldstream_ samples, among them
              fieldstream_configurations_total{model="a"} 7.0
              fieldstream_mean{model="a",observable="phi2"} 0.2
            """);
  }
}
