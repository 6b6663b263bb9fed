package org.fieldstream.server.generator.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sines and cosines of many sites against the JDK's. */
class SineSeriesTest {
  private static final int SITES = 1000;
  private final SineSeries series = new SineSeries(SITES);

  private void assertRight(double[] x, double bound) {
    double[] sum = new double[SITES];
    series.add(1, 1, x, sum);
    double[] sine = new double[SITES];
    double[] slope = new double[SITES];
    double[] curvature = new double[SITES];
    series.add(1, 1, x, new double[SITES], 0, sine, slope, curvature);
    for (int i = 0; i < SITES; i++) {
      assertThat(sum[i]).as("sin %s", x[i]).isCloseTo(StrictMath.sin(x[i]), within(bound));
      assertThat(sine[i]).isEqualTo(sum[i]);
      assertThat(slope[i]).as("cos %s", x[i]).isCloseTo(StrictMath.cos(x[i]), within(bound));
      assertThat(curvature[i]).isEqualTo(-sine[i]);
    }
  }

  @Test
  void theyAreRightEverywhere() {
    Random random = new Random(1);
    double[] x = new double[SITES];
    for (double scale : new double[] {1e-9, 0.1, 1, 10, 1e3, 2e5}) {
      Arrays.setAll(x, i -> scale * random.nextGaussian());
      assertRight(x, 5e-16);
    }
    Arrays.setAll(x, i -> scale(i) * Math.PI / 8);
    assertRight(x, 5e-16);
    Arrays.setAll(x, i -> 1e9 * random.nextGaussian());
    assertRight(x, 1e-15 * 4e9);
  }

  private static int scale(int i) {
    return i - SITES / 2;
  }

  @Test
  void aSeriesHasItsWavesShiftsAndWeights() {
    Random random = new Random(2);
    double[] x = new double[SITES];
    double[] shift = new double[3 * SITES];
    Arrays.setAll(x, i -> random.nextGaussian());
    Arrays.setAll(shift, i -> random.nextGaussian());
    double[] sum = new double[SITES];
    double[] slope = new double[SITES];
    double[] curvature = new double[SITES];
    Arrays.fill(sum, 1);
    Arrays.fill(slope, 2);
    Arrays.fill(curvature, 3);
    series.add(1.7, -0.3, x, shift, 2 * SITES, sum, slope, curvature);
    for (int i = 0; i < SITES; i++) {
      double p = 1.7 * x[i] + shift[2 * SITES + i];
      assertThat(sum[i]).isCloseTo(1 - 0.3 * Math.sin(p), within(1e-15));
      assertThat(slope[i]).isCloseTo(2 - 0.3 * 1.7 * Math.cos(p), within(1e-15));
      assertThat(curvature[i]).isCloseTo(3 + 0.3 * 1.7 * 1.7 * Math.sin(p), within(2e-15));
    }
  }

  @Test
  void whatIsNoNumberHasNone() {
    double[] x = new double[SITES];
    x[1] = Double.NaN;
    x[2] = Double.POSITIVE_INFINITY;
    double[] sum = new double[SITES];
    series.add(1, 1, x, sum);
    assertThat(sum[0]).isZero();
    assertThat(sum[1]).isNaN();
    assertThat(sum[2]).isNaN();
  }
}
