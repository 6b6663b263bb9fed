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
  void theMedianComesWithTheScatterOfTheRounds() {
    Rate odd = Rate.of(List.of(110.0, 90.0, 100.0, 1000.0, 95.0));
    assertThat(odd).isEqualTo(new Rate(100, 90, 1000, List.of(110.0, 90.0, 100.0, 1000.0, 95.0)));
    assertThat(Rate.of(List.of(4.0, 1.0, 2.0, 3.0)).median()).isEqualTo(2.5);
    // Standard deviation 1, of the mean 1/sqrt(3); a median's is sqrt(pi/2) times that.
    assertThat(Rate.of(List.of(9.0, 10.0, 11.0)).relativeError())
        .isCloseTo(Math.sqrt(Math.PI / 2) / Math.sqrt(3) / 10, within(1e-12));
    assertThatThrownBy(() -> Rate.of(List.of())).hasMessage("rounds: 0 (expected: >= 1)");
  }

  @Test
  void ratiosAreTakenRoundByRound() {
    // The machine is three times as slow in the second round, for both.
    Rate one = Rate.of(List.of(300.0, 100.0, 330.0));
    Rate other = Rate.of(List.of(100.0, 33.0, 110.0));
    assertThat(one.over(other).median()).isCloseTo(3, within(1e-12));
    assertThatThrownBy(() -> one.over(Rate.of(List.of(1.0)))).hasMessage("rounds: 1 (expected: 3)");
  }

  @Test
  void independentConfigurationsAreDrawsTimesEssOrTrajectoriesOverTwiceTau() {
    Rate rate = Rate.of(List.of(990.0, 1000.0, 1010.0));
    BenchRow flow = Rows.flow(rate, 0.8);
    assertThat(flow.independent()).isEqualTo(800);
    assertThat(flow.relativeError())
        .isCloseTo(Math.hypot(rate.relativeError(), 0.01), within(1e-12));
    assertThat(Rows.chain("hmc", rate, 10, 3).independent()).isEqualTo(100);
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
