package org.fieldstream.server.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Medians, ratios, and the name of the processor. */
class RateTest {
  @Test
  void theMedianIsShownWithHalfTheRange() {
    Rate odd = Rate.of(List.of(110.0, 90.0, 100.0, 1000.0, 95.0));
    assertThat(odd).isEqualTo(new Rate(100, 90, 1000));
    assertThat(odd.spread()).isCloseTo(4.55, within(1e-12));
    assertThat(Rate.of(List.of(4.0, 1.0, 2.0, 3.0)).perCpuSecond()).isEqualTo(2.5);
    assertThatThrownBy(() -> Rate.of(List.of())).hasMessage("rounds: 0 (expected: >= 1)");
  }

  @Test
  void independentConfigurationsAreDrawsTimesEssOrTrajectoriesOverTwiceTau() {
    Rate rate = new Rate(1000, 900, 1100);
    BenchRow row =
        new BenchRow(
            "flow",
            8,
            -4,
            6,
            new BenchRow.Flow(rate, 0.8, 4096),
            new BenchRow.Chain(rate, 5, 0.1, ""),
            new BenchRow.Chain(rate, 10, Double.NaN, ""));
    assertThat(row.flow().independent()).isEqualTo(800);
    assertThat(row.hmc().independent()).isEqualTo(100);
    assertThat(row.flowOverHmc()).isEqualTo(8);
    assertThat(row.flowOverPeer()).isEqualTo(16);
  }

  @Test
  void theProcessorIsNamedWhereTheSystemNamesIt(@TempDir Path directory) throws IOException {
    Path info = directory.resolve("cpuinfo");
    assertThat(Host.cpu(info)).isEmpty();
    Files.writeString(info, "processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\nmodel name\t: x\n");
    assertThat(Host.cpu(info)).contains("Some CPU @ 2 GHz");
    Files.writeString(info, "processor\t: 0\n");
    assertThat(Host.cpu(info)).isEmpty();
  }
}
