package org.fieldstream.server.certify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.Machines;
import org.fieldstream.server.certify.Decision.Verdict;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.model.ModelStore;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.U1;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class U1ProbesTest {
  private static final ModelStore MODELS = ModelStore.bundled();
  private static Machine machine;

  @BeforeAll
  static void open() {
    machine = Machines.open("vector");
  }

  @AfterAll
  static void close() {
    machine.close();
  }

  private static Target target(int rows, int columns, double beta) {
    return new Target("u1", List.of(rows, columns), Map.of("beta", beta));
  }

  private static Certificate certify(String model, Target target, int configurations) {
    Subject subject = Certifier.stream(MODELS, model, target, null, 5, configurations);
    return CertificationTask.now(
        subject, new CertificationPlan(configurations, 3, "mixing"), machine);
  }

  /** Exact draws, lattices of all kinds of shape; the force is compared with the action's slope. */
  @ParameterizedTest
  @CsvSource({"4, 4, 1.0", "5, 3, 2.5", "2, 6, 0.7"})
  void everyNumberHasMeanZero(int rows, int columns, double beta) {
    Certificate certificate = certify("exact", target(rows, columns, beta), 4000);
    assertThat(certificate.verdict()).as(certificate.sentence()).isEqualTo(Verdict.PASSED);
    assertThat(certificate.tests())
        .allSatisfy(t -> assertThat(Math.abs(t.sigmas())).as(t.name()).isLessThan(4.5));
    assertThat(certificate.tests())
        .filteredOn(t -> t.name().equals("charge"))
        .singleElement()
        .satisfies(t -> assertThat(t.decided()).isTrue());
  }

  /** Draws at another coupling: the loop equations see it at once. */
  @Test
  void anotherCouplingIsRefused() {
    Target told = target(6, 6, 2);
    Model.Draws exact = (Model.Draws) MODELS.find("exact").orElseThrow();
    Subject subject =
        new Subject(
            "off by 5 %",
            told,
            Exactness.METROPOLIS,
            m ->
                new DrawnConfigurations(
                    exact, target(6, 6, 2.1), Exactness.METROPOLIS, 5, 2000, m));
    Certificate certificate =
        CertificationTask.now(subject, new CertificationPlan(2000, 3, "mixing"), machine);
    assertThat(certificate.verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(certificate.sigmas()).isGreaterThan(5);
  }

  /** At beta = 9 the charge of HMC does not move: what sees it is not decided, the rest passes. */
  @Test
  void aFrozenChargeDecidesNothing() {
    Certificate certificate = certify("hmc", target(8, 8, 9), 640);
    assertThat(certificate.verdict()).as(certificate.sentence()).isEqualTo(Verdict.PASSED);
  }

  /** sin p F - cos p and the like, against the slope of the action at a link. */
  @Test
  void theForceIsTheGradient() {
    U1 u1 = U1.of(target(3, 4, 1.7));
    U1Probes probes = new U1Probes(u1);
    Random random = new Random(4);
    float[] links = new float[24];
    for (int l = 0; l < links.length; l++) {
      links[l] = (float) (6 * random.nextDouble() - 3);
    }
    double[] exact = new double[24];
    Arrays.setAll(exact, l -> links[l]);
    double sum = 0;
    double curvature = 0;
    double h = 1e-5;
    for (int l = 0; l < links.length; l++) {
      double[] up = exact.clone();
      double[] down = exact.clone();
      up[l] += h;
      down[l] -= h;
      double slope = (u1.action(up, 0) - u1.action(down, 0)) / (2 * h);
      sum += slope * slope;
      curvature += (u1.action(up, 0) - 2 * u1.action(exact, 0) + u1.action(down, 0)) / (h * h);
    }
    double[] numbers = new double[probes.numbers()];
    probes.measure(links, 0, numbers);
    int at =
        probes.probes().stream()
            .filter(p -> p.name().equals("sd_force"))
            .findFirst()
            .orElseThrow()
            .first();
    assertThat(numbers[at]).isCloseTo((sum - curvature) / 24, within(1e-4));
  }
}
