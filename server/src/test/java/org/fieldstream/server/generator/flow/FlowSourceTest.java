package org.fieldstream.server.generator.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many lanes a device batch has. */
final class FlowSourceTest {
  /** Of 16 lanes a thread. */
  @ParameterizedTest
  @CsvSource({
    // sites, levels with noise, threads, lanes
    "16, 40, 1, 1024",
    "1024, 40, 16, 256",
    "4096, 40, 1, 16",
    "4096, 40, 16, 96",
    "4096, 64, 64, 48",
    "16384, 64, 64, 15",
    "65536, 15, 2, 16",
    "1048576, 1, 2, 8",
    "16777216, 1, 2, 1"
  })
  void theLevelsOfABatchAreBounded(int sites, int levels, int threads, int lanes) {
    int chosen = FlowSource.lanes(sites, levels, 16 * threads, threads);
    assertThat(chosen).isEqualTo(lanes);
    assertThat((long) chosen * (levels + 1) * sites * Float.BYTES).isLessThanOrEqualTo(128L << 20);
  }

  @Test
  void whoIsNotWatchedHasWhatKeepsTheMachineBusy() {
    assertThat(FlowSource.lanes(4096, 0, 256, 16)).isEqualTo(256);
    assertThat(FlowSource.lanes(16, 0, 64, 4)).isEqualTo(1024);
  }
}
