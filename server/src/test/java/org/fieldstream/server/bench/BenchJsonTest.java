package org.fieldstream.server.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is not known is null: JSON has no infinity. */
final class BenchJsonTest {
  private static final Rate RATE = Rate.of(List.of(999.0, 1000.0, 1001.0));
  private static final Quality.TwoTau FROZEN =
      new Quality.TwoTau(Double.POSITIVE_INFINITY, Double.NaN, "m");

  private static JsonNode rows(BenchRow... rows) throws IOException {
    LatticeRows lattice = new LatticeRows(LatticeTarget.phi4(8, -4, 6.008), List.of(rows), null);
    BenchReport report =
        new BenchReport(
            new Host("cpu", 2, "jvm", "machine", 0), Settings.quick(3, 1), List.of(lattice));
    return new ObjectMapper().readTree(BenchJson.of(report)).get("lattices").get(0).get("rows");
  }

  @Test
  void aFrozenChainHasNoTime() throws IOException {
    JsonNode row = rows(Rows.chain("hmc", RATE, FROZEN)).get(0);
    assertThat(row.get("two_tau_int").isNull()).isTrue();
    assertThat(row.get("two_tau_int_error").isNull()).isTrue();
    assertThat(row.get("slowest_observable").asText()).isEqualTo("m");
    assertThat(row.get("independent_per_cpu_second").asDouble()).isZero();
    assertThat(row.get("independent_error").isNull()).isTrue();
  }

  @Test
  void norHasAFrozenMetropolisChain() throws IOException {
    BenchRow flow =
        new BenchRow(
            "flow",
            BenchRow.Kind.FLOW,
            RATE,
            new Quality.Ess(0.5, Double.NaN, 4096),
            Double.NaN,
            "",
            new Corrected(0.1, FROZEN, "2 tau_int of m frozen"));
    JsonNode row = rows(flow).get(0);
    assertThat(row.get("ess_fraction_error").isNull()).isTrue();
    assertThat(row.get("metropolis").get("two_tau_int").isNull()).isTrue();
    assertThat(row.has("start_cpu_seconds")).isFalse();
  }

  @Test
  void aChainThatMovesHasOne() throws IOException {
    JsonNode row = rows(Rows.chain("cluster", RATE, 4, 3)).get(0);
    assertThat(row.get("two_tau_int").asDouble()).isEqualTo(4);
    assertThat(row.get("independent_per_cpu_second").asDouble()).isEqualTo(250);
    assertThat(row.get("start_cpu_seconds").asDouble()).isEqualTo(3);
  }
}
