package org.fieldstream.monitoring.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.fieldstream.monitoring.statistics.ConfigurationIds.Verdict;
import org.junit.jupiter.api.Test;

class ConfigurationIdsTest {
  @Test
  void duplicatesAreTakenBitForBit() {
    assertThat(ConfigurationIds.verdict(null, 1, 2)).isEqualTo(Verdict.STORED);
    double[] held = {1, 0.1 + 0.2};
    assertThat(ConfigurationIds.verdict(held, 1, 0.1 + 0.2)).isEqualTo(Verdict.DUPLICATE);
    assertThat(ConfigurationIds.verdict(held, 1, 0.3)).isEqualTo(Verdict.CONFLICT);
    assertThat(ConfigurationIds.verdict(held, 1)).isEqualTo(Verdict.CONFLICT);
  }

  @Test
  void theOrderIsThatOfUnsignedNumbers() {
    long[] ids = {-1, 5, 0, 9};
    assertThat(ConfigurationIds.order(ids)).containsExactly(2, 1, 3, 0);
  }

  /** What the rule says of errors: with gaps in place, and running with the gaps closed. */
  @Test
  void errorsAreRightWhereMeasurementsAreMissingAtRandom() {
    SplittableRandom random = new SplittableRandom(6);
    int series = 400;
    int whole = 0;
    int running = 0;
    for (int s = 0; s < series; s++) {
      double[] x = Ar1.series(5, 6000, 3000 + s);
      // One in three is there; and a hole of a thousand.
      int[] there =
          IntStream.range(0, x.length)
              .filter(i -> (i < 2000 || i >= 3000) && random.nextInt(3) == 0)
              .toArray();
      long[] ids = Arrays.stream(there).mapToLong(i -> 500 + 10L * i).toArray();
      double[] values = Arrays.stream(there).mapToDouble(i -> x[i]).toArray();
      Estimate e = new TimedReplicas(ids).mean(values);
      whole += Math.abs(e.mean()) < e.error() ? 1 : 0;
      OnlineSeries online = new OnlineSeries();
      for (double value : values) {
        online.add(value);
      }
      running += Math.abs(online.mean()) < online.error() ? 1 : 0;
    }
    assertThat(whole / (double) series).isBetween(0.60, 0.75);
    assertThat(running / (double) series).isBetween(0.60, 0.75);
  }
}
