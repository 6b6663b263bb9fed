package org.fieldstream.server.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.fieldstream.server.theory.Target;
import org.junit.jupiter.api.Test;

/** One theory in two forms, for programs that know one of them. */
class LatticeTargetTest {
  private static final OrderParameter M = OrderParameter.of(LatticeTarget.phi4(8, -4, 6).target());

  private static LatticeTarget hopping(double kappa) {
    return new LatticeTarget(
        new Target("phi4", List.of(32, 32), Map.of("kappa", kappa, "lambda_h", 0.022)));
  }

  @Test
  void theHoppingFormIsTheMassFormOfARescaledField() {
    LatticeTarget mass = hopping(0.5).massForm();
    assertThat(mass.coupling("m2")).isCloseTo(-2.088, within(1e-12));
    assertThat(mass.coupling("lambda")).isCloseTo(0.088, within(1e-12));
    assertThat(mass.massForm()).isEqualTo(mass);
    LatticeTarget gauge = LatticeTarget.u1(16, 7);
    assertThat(gauge.massForm()).isEqualTo(gauge);
    assertThat(hopping(0.5)).hasToString("32 x 32, kappa = 0.5, lambda_h = 0.022");
  }

  @Test
  void theMassFormComesFirst() {
    assertThat(LatticeTarget.phi4(32, -4, 4.572)).isLessThan(hopping(0.21));
    assertThat(hopping(0.21)).isLessThan(hopping(0.5));
    assertThat(hopping(0.5)).isLessThan(LatticeTarget.phi4(64, -4, 4.398));
  }

  /** Of equal weights all proposals are taken, so states are as independent as the draws are. */
  @Test
  void theCorrectedChainOfEqualWeightsIsTheDraws() {
    double[] order = new java.util.Random(4).doubles(4096, -1, 1).toArray();
    double[] action = new java.util.Random(5).doubles(4096, -1, 1).toArray();
    Corrected all = Corrected.of(1, 16, M, new double[4096], order, action);
    assertThat(all.acceptance()).isEqualTo(1);
    assertThat(all.slowest().twice()).isCloseTo(1, within(5 * all.slowest().error()));
    double[] uneven = new double[4096];
    for (int i = 0; i < uneven.length; i += 8) {
      uneven[i] = 2;
    }
    Corrected some = Corrected.of(1, 16, M, uneven, order, action);
    assertThat(some.acceptance()).isBetween(0.3, 0.9);
    assertThat(some.slowest().twice()).isGreaterThan(1.5);
  }
}
