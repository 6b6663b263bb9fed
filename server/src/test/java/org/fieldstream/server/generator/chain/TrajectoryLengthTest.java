package org.fieldstream.server.generator.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.U1;
import org.junit.jupiter.api.Test;

/** One radian of the magnetisation's motion, within bounds. */
class TrajectoryLengthTest {
  private static final Phi4 PHI4 = Phi4.massForm(Lattice.of(8, 8), -4, 6.008);
  private static final int VOLUME = 64;

  @Test
  void aGaussianMagnetisationGivesTheRootOfItsSusceptibility() {
    double chi = 4;
    assertThat(length(0, chi).best(PHI4, 1, 8)).isCloseTo(2, within(0.11));
  }

  @Test
  void twoWellsGiveTheMotionWithinOne() {
    // A well's own spread counts, not the distance of the wells.
    double chi = 4 * (1 - 2 / Math.PI);
    assertThat(length(3, chi).best(PHI4, 1, 8)).isCloseTo(2, within(0.11));
  }

  @Test
  void theBoundsHold() {
    assertThat(length(0, 0.01).best(PHI4, 1, 8)).isEqualTo(1);
    assertThat(length(0, 1000).best(PHI4, 1, 8)).isEqualTo(8);
  }

  /** sqrt(beta) 2 sin(pi / L) = 1.03 at L = 16 and beta = 7, whatever the charge does. */
  @Test
  void theLongestWaveOfAGaugeTheoryGivesTheRadian() {
    TrajectoryLength length = length(0, 3);
    assertThat(length.best(new U1(Lattice.of(16, 8), 7), 0.1, 8)).isEqualTo(1);
    assertThat(length.best(new U1(Lattice.of(64, 64), 2), 1, 8)).isEqualTo(7.2);
    assertThat(length.best(new U1(Lattice.of(16, 16), 0), 1, 8)).isEqualTo(8);
  }

  /** |m| at random signs of a mean, with V var(m) = chi. */
  private static TrajectoryLength length(double mean, double chi) {
    Random random = new Random(1);
    TrajectoryLength length = new TrajectoryLength();
    for (int i = 0; i < 1000; i++) {
      double[] absM = new double[20];
      for (int c = 0; c < absM.length; c++) {
        absM[c] = Math.abs(mean + Math.sqrt(chi / VOLUME) * random.nextGaussian());
      }
      length.add(absM);
    }
    return length;
  }
}
