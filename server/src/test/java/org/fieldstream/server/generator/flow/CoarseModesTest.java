package org.fieldstream.server.generator.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.fieldstream.kernels.lattice.Lattice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Coarse modes are an orthonormal half of the fine ones, and with an overlap a local one. */
class CoarseModesTest {
  private static final Lattice FINE = Lattice.of(32);

  @ParameterizedTest
  @CsvSource({"1,0", "1,0.25", "1,0.5", "2,0", "2,0.1", "2,0.5", "4,0.3"})
  void theSquaresOfTheWeightsOfACoarseModeAddUpToOne(int level, double overlap) {
    for (Lattice fine : new Lattice[] {FINE, Lattice.of(32, 64)}) {
      for (double gain : new CoarseModes(fine, level, overlap).gains()) {
        assertThat(gain).isCloseTo(1, within(2e-7));
      }
    }
  }

  @Test
  void withoutAnOverlapTheModesAreTakenWhole() {
    CoarseModes modes = new CoarseModes(FINE, 1, 0);
    double[] all = FlowProbe.normals(32, 1);
    double[] low = modes.low(all);
    for (int k = 0; k < low.length; k++) {
      assertThat(low[k]).isEqualTo(all[modes.fine(k)]);
      assertThat(modes.fine(k)).isEqualTo(k <= 8 ? k : k + 16);
    }
  }

  @Test
  void whatMovesIsFoundAgain() {
    CoarseModes modes = new CoarseModes(FINE, 2, 0.25);
    double[] all = FlowProbe.normals(32, 1);
    double[] before = modes.low(all);
    double[] change = FlowProbe.normals(8, 2);
    double[] gains = modes.gains();
    modes.move(change, all);
    double[] after = modes.low(all);
    for (int k = 0; k < 8; k++) {
      assertThat(after[k] - before[k]).isCloseTo(gains[k] * change[k], within(1e-12));
    }
  }

  /** How a unit move of the coarse site at 0 falls off on the fine lattice. */
  @Test
  void anOverlapKeepsACoarseSiteInItsPlace() {
    assertThat(outside(0)).isGreaterThan(0.03);
    assertThat(outside(0.25)).isLessThan(0.3 * outside(0));
  }

  /** The part of the square of a coarse site's wave that lies more than two coarse sites off. */
  private static double outside(double overlap) {
    CoarseModes modes = new CoarseModes(FINE, 1, overlap);
    double[] site = new double[16];
    site[0] = 1;
    double[] wave = new double[32];
    modes.move(new InverseHartley(modes.lattice()).apply(site), wave);
    double[] x = new InverseHartley(FINE).apply(wave);
    double far = 0;
    for (int i = 5; i <= 27; i++) {
      far += x[i] * x[i];
    }
    return far / Arrays.stream(x).map(v -> v * v).sum();
  }
}
