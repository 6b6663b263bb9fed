package org.fieldstream.monitoring.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** The Gamma method against the paper's formulae in their plainest form, on series of all kinds. */
class WolffTranscriptionTest {
  private final SplittableRandom random = new SplittableRandom(20);

  @Test
  void meansAndFunctionsOfOneAndSeveralReplicas() {
    for (int k = 0; k < 60; k++) {
      // Not below: ours differs from Wolff's where a series is anticorrelated.
      double tauInt = 1 + random.nextDouble() * (k % 3 == 0 ? 1 : 12);
      int replicas = 1 + k % 4;
      double[][][] byObservable = new double[2][replicas][];
      double[][][] byReplica = new double[replicas][2][];
      for (int r = 0; r < replicas; r++) {
        double[] x = Ar1.series(tauInt, 150 + random.nextInt(500), 1000 * k + r);
        double[] square = new double[x.length];
        for (int i = 0; i < x.length; i++) {
          x[i] = 2 + 0.3 * x[i];
          square[i] = x[i] * x[i];
        }
        byObservable[0][r] = x;
        byObservable[1][r] = square;
        byReplica[r] = new double[][] {x, square};
      }
      double s = 1 + random.nextDouble();
      compare(m -> m[0], s, byReplica, byObservable);
      compare(m -> m[1] / (m[0] * m[0]), s, byReplica, byObservable);
    }
  }

  private static void compare(
      ToDoubleFunction<double[]> f, double s, double[][][] byReplica, double[][][] byObservable) {
    Estimate e = new GammaMethod(s).derivedOfReplicas(f, byReplica);
    WolffTranscription wolff = new WolffTranscription(f, s, byObservable);
    assertThat(e.window()).isEqualTo(wolff.w);
    assertThat(e.mean()).isCloseTo(wolff.value, within(1e-12));
    assertThat(e.error()).isCloseTo(wolff.error, within(1e-9 * wolff.error));
    assertThat(e.errorOfError()).isCloseTo(wolff.errorOfError, within(1e-9 * wolff.errorOfError));
    assertThat(e.tauInt()).isCloseTo(wolff.tauInt, within(1e-8));
    assertThat(e.tauIntError()).isCloseTo(wolff.tauIntError, within(1e-8));
  }
}
