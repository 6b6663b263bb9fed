package org.fieldstream.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.fieldstream.client.sdk.ConfigurationBatch;
import org.fieldstream.client.sdk.ResumePoint;
import org.fieldstream.v1.DType;
import org.fieldstream.v1.Exactness;
import org.junit.jupiter.api.Test;

/** Errors of streams whose errors are known. */
class MeasurementsTest {
  /** AR(1) with this coefficient has tau_int = (1 + a) / (2 (1 - a)) = 4.5, variance 1. */
  private static final double A = 0.8;

  private static final double TAU = 4.5;
  private static final int N = 1 << 17;

  @Test
  void oneChain() {
    Quantity m = chain(1, 1);
    assertThat(m.error() / Math.sqrt(2 * TAU / N)).isBetween(0.9, 1.1);
    assertThat(Math.abs(m.tauInt() - TAU)).isLessThan(4 * m.tauIntError());
    assertThat(Math.abs(m.mean())).isLessThan(4 * m.error());
  }

  @Test
  void interleavedChainsOfKnownNumber() {
    Quantity m = chain(64, 64);
    assertThat(m.error() / Math.sqrt(2 * TAU / N)).isBetween(0.85, 1.15);
    assertThat(Math.abs(m.tauInt() - TAU)).isLessThan(4 * m.tauIntError());
    assertThat(m.effectiveN() / (N / (2 * TAU))).isBetween(0.7, 1.4);
  }

  @Test
  void interleavedChainsOfUnknownNumber() {
    for (int chains : new int[] {1, 16, 64, 100}) {
      Quantity m = chain(chains, 0);
      assertThat(m.error() / Math.sqrt(2 * TAU / N)).as("%d chains", chains).isBetween(0.75, 1.25);
      assertThat(m.tauInt() / TAU).as("%d chains", chains).isBetween(0.6, 1.55);
    }
  }

  @Test
  void takenForOneChainTheirErrorWouldBeTooSmall() {
    // What the number of chains is for: the correlation sits at lag 64, behind an empty stretch.
    Quantity m = chain(64, 1);
    assertThat(m.error() / Math.sqrt(2 * TAU / N)).isLessThan(0.5);
  }

  @Test
  void weightedMeansAndTheirFunctions() {
    Random random = new Random(12);
    Measurements measurements =
        new Measurements(
            List.of("m2", "abs_m", "m4"),
            new Sampling(Exactness.EXACTNESS_REWEIGHT, 1),
            List.of(1, 2, 2));
    int n = 20_000;
    double[] m2 = new double[n];
    double[] absM = new double[n];
    double[] m4 = new double[n];
    double[] logWeight = new double[n];
    for (int i = 0; i < n; i++) {
      // Draws of variance 1.44 for a Gaussian of variance 1: w = q / p.
      double m = 1.2 * random.nextGaussian();
      logWeight[i] = -m * m / 2 + m * m / 2 / 1.44 + 300;
      m2[i] = m * m;
      absM[i] = Math.abs(m);
      m4[i] = m * m * m * m;
    }
    measurements.add(batch(n, new double[n], logWeight, Map.of("m2", m2, "abs_m", absM, "m4", m4)));
    List<Quantity> quantities = measurements.quantities();
    assertPull(named(quantities, "m2"), 1);
    assertPull(named(quantities, "chi"), 4);
    assertPull(named(quantities, "chi_conn"), 4 * (1 - 2 / Math.PI));
    assertPull(named(quantities, "binder_u4"), 0);
    // ESS/N = sqrt(2 s - 1) / s with s = 1.44 for this pair of Gaussians.
    assertThat(measurements.weightEffectiveN() / n)
        .isBetween(0.97 * Math.sqrt(1.88) / 1.44, 1.03 * Math.sqrt(1.88) / 1.44);
  }

  @Test
  void fewConfigurationsHaveMeansButNoErrors() {
    Measurements measurements =
        new Measurements(
            List.of("m2"), new Sampling(Exactness.EXACTNESS_METROPOLIS, 1), List.of(1, 2));
    measurements.add(
        batch(3, new double[] {2, 4, 6}, new double[3], Map.of("m2", new double[] {1, 2, 3})));
    Quantity m2 = named(measurements.quantities(), "m2");
    assertThat(m2.mean()).isEqualTo(2);
    assertThat(m2.error()).isNaN();
    assertThat(named(measurements.quantities(), "action_per_site").mean()).isEqualTo(2);
    assertThat(ResultTable.of(measurements, null)).contains("m2").doesNotContain("NaN");
  }

  private static Quantity chain(int chains, int stated) {
    Random random = new Random(7L * chains);
    Measurements measurements =
        new Measurements(
            List.of("m"), new Sampling(Exactness.EXACTNESS_METROPOLIS, stated), List.of(1, 2));
    double[] state = new double[chains];
    for (int c = 0; c < chains; c++) {
      state[c] = random.nextGaussian();
    }
    double[] m = new double[N];
    for (int i = 0; i < N; i++) {
      int c = i % chains;
      m[i] = state[c];
      state[c] = A * state[c] + Math.sqrt(1 - A * A) * random.nextGaussian();
    }
    measurements.add(batch(N, new double[N], new double[0], Map.of("m", m)));
    return named(measurements.quantities(), "m");
  }

  private static void assertPull(Quantity quantity, double exact) {
    assertThat(Math.abs(quantity.mean() - exact) / quantity.error())
        .as(quantity.name())
        .isLessThan(4);
  }

  private static Quantity named(List<Quantity> quantities, String name) {
    return quantities.stream().filter(q -> q.name().equals(name)).findFirst().orElseThrow();
  }

  private static ConfigurationBatch batch(
      int n, double[] action, double[] logWeight, Map<String, double[]> observables) {
    return new ConfigurationBatch(
        0,
        n,
        List.of(1, 2),
        DType.DTYPE_FLOAT32,
        Exactness.EXACTNESS_METROPOLIS,
        "",
        action,
        logWeight,
        new boolean[0],
        observables,
        List.of(),
        ResumePoint.START,
        null,
        ByteString.EMPTY);
  }
}
