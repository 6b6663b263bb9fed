package org.fieldstream.server.certify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.Machines;
import org.fieldstream.server.certify.Decision.Verdict;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.model.ModelStore;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.Target;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Exact ensembles pass, others do not. Seeds are fixed; the sigmas are those of the decision. */
class CertificationTest {
  private static final Target EIGHT =
      new Target(Phi4.NAME, List.of(8, 8), Map.of("m2", -4.0, "lambda", 6.008));
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

  private static Demonstration demonstration() {
    return new Demonstration(machine, MODELS, c -> {});
  }

  private static Certificate.Test test(Certificate certificate, String name) {
    return certificate.tests().stream()
        .filter(t -> t.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Certificate.Bias bias(Certificate certificate, String name) {
    return certificate.detectableBiases().stream()
        .filter(b -> b.observable().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** 2,000 independent configurations, each the 129th trajectory from a random start of its own. */
  @Test
  void randomStartsAreRefusedAtMoreThanFiveSigma() {
    Certificate certificate = demonstration().randomStarts(3);
    assertThat(certificate.configurations()).isEqualTo(2000);
    assertThat(certificate.verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(certificate.sigmas()).isGreaterThan(5);
    // The published figures of such an ensemble, |m| about .67 where .762(1) is right.
    double m = bias(certificate, "abs_m").mean();
    assertThat(m).isCloseTo(0.67, within(0.02));
    // The kernel moves it to what is right: 5 sigma of the drift.
    Certificate.Test drift = test(certificate, "drift_abs_m");
    assertThat(m + drift.value()).isCloseTo(0.762, within(5 * drift.error()));
    assertThat(certificate.sentence()).startsWith("does not follow exp(-S): drift_");
  }

  @Test
  void trueEnsemblesOfTheSameSizePass() {
    for (long seed = 11; seed < 13; seed++) {
      Certificate certificate = demonstration().trueEnsemble(seed);
      assertThat(certificate.verdict()).as(certificate.sentence()).isEqualTo(Verdict.PASSED);
      // The bias of the random starts, 12 %, would have been seen.
      Certificate.Bias power = bias(certificate, "abs_m");
      assertThat(power.bias() / power.mean()).isLessThan(0.08);
    }
  }

  /** Trajectories one after the other: correlated, and exact all the same. */
  @Test
  void aCorrelatedEnsemblePasses() {
    Model.Chains chains = (Model.Chains) MODELS.find("hmc-leapfrog").orElseThrow();
    Certificate certificate =
        certify(EIGHT, 3200, m -> new ChainConfigurations(chains, EIGHT, 5, 3200, 1, m));
    assertThat(certificate.verdict()).as(certificate.sentence()).isEqualTo(Verdict.PASSED);
    // It is worth much less than its length: tau_int(|m|) is above 2.
    assertThat(test(certificate, "drift_abs_m").effective()).isLessThan(0.5 * 3200);
  }

  /** The shipped flow is good: ESS .95. Seven thousand draws show that it is not exact. */
  @Test
  void aFlowWithoutItsMetropolisStepIsRefused() {
    Certificate raw = demonstration().flow("phi4-continuous-16x16", Exactness.RAW, 1, 7000);
    assertThat(raw.verdict()).as(raw.sentence()).isEqualTo(Verdict.REFUSED);
    Certificate exact =
        demonstration().flow("phi4-continuous-16x16", Exactness.METROPOLIS, 1, 1000);
    assertThat(exact.verdict()).as(exact.sentence()).isEqualTo(Verdict.PASSED);
  }

  @Test
  void weightedDrawsPass() {
    Certificate weighted = demonstration().flow("phi4-continuous-8x8", Exactness.REWEIGHT, 4, 1000);
    assertThat(weighted.verdict()).as(weighted.sentence()).isEqualTo(Verdict.PASSED);
  }

  /** Fields in units that are off by 3 %, from a true ensemble. */
  @Test
  void wrongUnitsViolateTheIdentities() {
    Certificate certificate = distorted(1500, x -> 1.03 * x);
    assertThat(certificate.verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(Math.abs(test(certificate, "sd_field").sigmas())).isGreaterThan(4);
  }

  /** All configurations turned to positive magnetisation. */
  @Test
  void aLostSignViolatesZ2AndNothingElse() {
    Certificate certificate =
        certify(EIGHT, 1000, m -> new Changed(draws(1000, m), this::turnedUp));
    assertThat(certificate.verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(test(certificate, "z2_m").sigmas()).isGreaterThan(10);
    // A sign that never changes tells nothing of its error.
    assertThat(test(certificate, "z2_sign").decided()).isFalse();
    assertThat(certificate.tests())
        .filteredOn(t -> t.decided() && !t.name().equals("z2_m"))
        .allSatisfy(t -> assertThat(Math.abs(t.sigmas())).as(t.name()).isLessThan(4));
  }

  /** Every second site 2 % larger. */
  @Test
  void colouredSitesViolateTranslations() {
    Certificate certificate =
        certify(EIGHT, 2500, m -> new Changed(draws(2500, m), this::checkered));
    assertThat(test(certificate, "colours").sigmas()).isGreaterThan(4);
    assertThat(certificate.verdict()).isEqualTo(Verdict.REFUSED);
  }

  @Test
  void fewConfigurationsDecideNothing() {
    Certificate certificate = certify(EIGHT, 40, m -> draws(40, m));
    assertThat(certificate.verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(certificate.sentence()).startsWith("undecided: 40 configurations");
  }

  /** One configuration, again and again: no error anywhere, and nothing that holds. */
  @Test
  void copiesOfOneConfigurationAreRefused() {
    Certificate certificate =
        certify(EIGHT, 500, m -> new Changed(draws(500, m), fields -> new float[fields.length]));
    assertThat(certificate.verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(certificate.sigmas()).isGreaterThan(30);
  }

  @Test
  void theSameSeedFindsTheSame() {
    Certificate one = certify(EIGHT, 256, m -> draws(256, m));
    Certificate two = certify(EIGHT, 256, m -> draws(256, m));
    assertThat(two.tests()).isEqualTo(one.tests());
    assertThat(CertificateFile.read(CertificateFile.write(one))).isEqualTo(one);
  }

  private static ConfigurationSource draws(int configurations, Machine on) {
    Model.Draws flow = (Model.Draws) MODELS.find("phi4-continuous-8x8").orElseThrow();
    return new DrawnConfigurations(
        flow, flow.resolve(null), Exactness.METROPOLIS, 9, configurations, on);
  }

  private static Certificate distorted(int configurations, UnaryOperator<Double> change) {
    return certify(
        EIGHT,
        configurations,
        m ->
            new Changed(
                draws(configurations, m),
                fields -> {
                  float[] changed = new float[fields.length];
                  for (int i = 0; i < changed.length; i++) {
                    changed[i] = (float) (double) change.apply((double) fields[i]);
                  }
                  return changed;
                }));
  }

  private float[] turnedUp(float[] fields) {
    float[] changed = fields.clone();
    for (int c = 0; c < fields.length; c += 64) {
      double sum = 0;
      for (int x = c; x < c + 64; x++) {
        sum += fields[x];
      }
      for (int x = c; x < c + 64; x++) {
        changed[x] = sum < 0 ? -fields[x] : fields[x];
      }
    }
    return changed;
  }

  private float[] checkered(float[] fields) {
    float[] changed = fields.clone();
    for (int i = 0; i < fields.length; i++) {
      changed[i] *= (i / 8 + i) % 2 == 0 ? 1.02f : 1;
    }
    return changed;
  }

  private static Certificate certify(
      Target target, int configurations, Function<Machine, ConfigurationSource> source) {
    return CertificationTask.now(
        new Subject("test", target, Exactness.METROPOLIS, source),
        new CertificationPlan(configurations, 77, "mixing"),
        machine);
  }

  /** Another source's configurations, tampered with. */
  private record Changed(ConfigurationSource source, UnaryOperator<float[]> change)
      implements ConfigurationSource {
    @Override
    public int planned() {
      return source.planned();
    }

    @Override
    public Part next(int most) {
      Part part = source.next(most);
      return new Part(
          part.count(), change.apply(part.fields()), part.replica(), part.time(), part.logWeight());
    }

    @Override
    public boolean isOver() {
      return source.isOver();
    }

    @Override
    public void close() {
      source.close();
    }
  }
}
