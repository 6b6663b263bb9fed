package org.fieldstream.monitoring.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.fieldstream.monitoring.statistics.ConfigurationIds.Verdict;
import org.junit.jupiter.api.Test;

class ConfigurationIdsTest {
  private final GammaMethod gammaMethod = new GammaMethod();
  private final SplittableRandom random = new SplittableRandom(6);

  @Test
  void duplicatesAreTakenBitForBit() {
    assertThat(ConfigurationIds.verdict(null, 1, 2)).isEqualTo(Verdict.STORED);
    double[] held = {1, 0.1 + 0.2};
    assertThat(ConfigurationIds.verdict(held, 1, 0.1 + 0.2)).isEqualTo(Verdict.DUPLICATE);
    assertThat(ConfigurationIds.verdict(held, 1, 0.3)).isEqualTo(Verdict.CONFLICT);
    assertThat(ConfigurationIds.verdict(held, 1)).isEqualTo(Verdict.CONFLICT);
  }

  @Test
  void gapsArePlacesOnAGrid() {
    assertThat(ConfigurationIds.places(new long[] {20, 30, 50, 60})).containsExactly(0, 1, 3, 4);
    assertThat(ConfigurationIds.places(new long[] {7})).containsExactly(0);
    assertThat(ConfigurationIds.places(new long[] {5, 6})).containsExactly(0, 1);
    // Off the grid: rounded, and never to the same place.
    assertThat(ConfigurationIds.places(new long[] {0, 10, 20, 24, 40, 50, 66}))
        .containsExactly(0, 1, 2, 3, 5, 6, 8);
    // A hole, and the largest ids there are.
    assertThat(ConfigurationIds.places(new long[] {1, 2, 3, -2, -1}))
        .containsExactly(0, 1, 2, 18, 19);
    assertThatThrownBy(() -> ConfigurationIds.places(new long[] {1, 1}))
        .hasMessage("ids[1]: 1 (expected: above ids[0], 1)");
    assertThatThrownBy(() -> ConfigurationIds.places(new long[] {-1, 0}))
        .hasMessage("ids[1]: 0 (expected: above ids[0], 18446744073709551615)");
  }

  @Test
  void theOrderIsThatOfUnsignedNumbers() {
    long[] ids = {-1, 5, 0, 9};
    assertThat(ConfigurationIds.order(ids)).containsExactly(2, 1, 3, 0);
  }

  @Test
  void withoutGapsItIsTheGammaMethodWhateverTheStride() {
    double[] x = Ar1.series(4, 3000, 5);
    double[] y = Ar1.series(4, 1000, 6);
    Estimate whole = gammaMethod.mean(x, y);
    for (long stride : new long[] {1, 10, 1L << 50}) {
      long[][] ids = {
        LongStream.range(0, 3000).map(i -> i * stride).toArray(),
        LongStream.range(0, 1000).map(i -> 77 + i * stride).toArray()
      };
      Estimate e = gammaMethod.meanOfIrregular(ids, new double[][] {x, y});
      assertThat(e.error()).isCloseTo(whole.error(), within(1e-12));
      assertThat(e.tauInt()).isCloseTo(whole.tauInt(), within(1e-9));
      assertThat(e.tauIntError()).isCloseTo(whole.tauIntError(), within(1e-9));
      assertThat(e.mean()).isEqualTo(whole.mean());
      assertThat(e.window()).isEqualTo(whole.window());
      assertThat(e.n()).isEqualTo(4000);
    }
  }

  @Test
  void missingMeasurementsMakeTheRestMoreIndependentAndTheErrorStaysRight() {
    int series = 400;
    int covered = 0;
    double sumTau = 0;
    for (int s = 0; s < series; s++) {
      double[] x = Ar1.series(5, 6000, 3000 + s);
      // One in three is there; and a hole of a thousand.
      int[] there =
          java.util.stream.IntStream.range(0, x.length)
              .filter(i -> (i < 2000 || i >= 3000) && random.nextInt(3) == 0)
              .toArray();
      long[] ids = Arrays.stream(there).mapToLong(i -> 500 + 10L * i).toArray();
      double[] values = Arrays.stream(there).mapToDouble(i -> x[i]).toArray();
      Estimate e = gammaMethod.meanOfIrregular(new long[][] {ids}, new double[][] {values});
      covered += Math.abs(e.mean()) < e.error() ? 1 : 0;
      sumTau += e.tauInt();
    }
    assertThat(covered / (double) series).isBetween(0.60, 0.75);
    // 1/2 + sum over the third of partners that are there: 1/2 + 4.5 / 3.
    assertThat(sumTau / series).isCloseTo(2, within(0.1));
  }

  @Test
  void constantsAndBadInput() {
    double[] constant = new double[10];
    Arrays.fill(constant, 0.1);
    long[] ids = {0, 1, 2, 3, 4, 5, 7, 8, 9, 11};
    assertThat(gammaMethod.meanOfIrregular(new long[][] {ids}, new double[][] {constant}))
        .isEqualTo(new Estimate(0.1, 0, 0.5, 0, 0, 10));
    assertThatThrownBy(
            () -> gammaMethod.meanOfIrregular(new long[][] {{1, 2}}, new double[][] {constant}))
        .hasMessage("ids[0]: 2 (expected: 10, one for each value)");
  }
}
