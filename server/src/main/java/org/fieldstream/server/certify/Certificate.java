package org.fieldstream.server.certify;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;

/**
 * What a certification found, as {@code certificate.json} has it.
 *
 * @param subject the ensemble's name, or the stream's model and exactness
 * @param target the distribution its configurations should follow
 * @param exactness how they relate to it
 * @param verdict the decision
 * @param sigmas significance of the most significant test, all tests taken into account
 * @param threshold beyond which configurations are refused
 * @param sentence all this for a person
 * @param configurations how many were tested
 * @param kernel what moved them
 * @param steps how many steps
 * @param seed of the kernel
 * @param time when, ISO 8601
 * @param tests the tests
 * @param detectableBiases what would have been seen
 */
public record Certificate(
    String subject,
    Target target,
    Exactness exactness,
    Decision.Verdict verdict,
    double sigmas,
    double threshold,
    String sentence,
    int configurations,
    String kernel,
    int steps,
    long seed,
    String time,
    List<Test> tests,
    List<Bias> detectableBiases) {
  /** Observables whose bias the sentence speaks of. */
  private static final List<String> LEADING = List.of("abs_m", "plaquette");

  /**
   * One test.
   *
   * @param name short name
   * @param statement what holds for every exact ensemble
   * @param kind {@code identity}, {@code stationarity}, {@code symmetry} or {@code charge}
   * @param value the mean that should be 0; null for several numbers together
   * @param error one standard deviation of it; null as {@code value}
   * @param effective how many independent configurations the error is worth
   * @param sigmas distance from what should be
   * @param decided whether it counts
   */
  public record Test(
      String name,
      String statement,
      String kind,
      @Nullable Double value,
      @Nullable Double error,
      double effective,
      double sigmas,
      boolean decided) {}

  /**
   * What the test of one observable's stationarity would have refused in 9 of 10 cases.
   *
   * @param observable the observable
   * @param mean its mean over the configurations tested
   * @param bias the bias of the mean
   * @param biasInDeviations the same in standard deviations of one configuration
   */
  public record Bias(String observable, double mean, double bias, double biasInDeviations) {}

  public Certificate {
    tests = List.copyOf(tests);
    detectableBiases = List.copyOf(detectableBiases);
  }

  /** The certificate of a certification that is done. */
  static Certificate of(Subject subject, Certification work, long seed, Instant time) {
    Decision decision = work.decision();
    return new Certificate(
        subject.name(),
        subject.target(),
        subject.exactness(),
        decision.verdict(),
        decision.sigmas(),
        Decision.THRESHOLD,
        sentence(decision),
        decision.configurations(),
        work.kernel(),
        work.steps(),
        seed,
        time.toString(),
        decision.findings().stream().map(Certificate::test).toList(),
        decision.powers().stream()
            .filter(p -> Double.isFinite(p.bias()))
            .map(p -> new Bias(p.observable(), p.mean(), p.bias(), p.inDeviations()))
            .toList());
  }

  private static Test test(Finding f) {
    return new Test(
        f.name(),
        f.statement(),
        f.kind(),
        Double.isNaN(f.value()) ? null : f.value(),
        Double.isNaN(f.error()) ? null : f.error(),
        Double.isFinite(f.effective()) ? f.effective() : 0,
        f.sigmas(),
        f.decided());
  }

  private static String sentence(Decision decision) {
    Finding worst = decision.decisive();
    if (worst == null) {
      return String.format(
          Locale.ROOT,
          "undecided: %d configurations are worth fewer than %.0f independent ones (expected: more; push on)",
          decision.configurations(),
          Decision.FEWEST);
    }
    String tests =
        String.format(
            Locale.ROOT,
            "%s is %.1f sigma off, the most significant of %d tests: %.1f sigma with all of them taken into account",
            worst.name(),
            Math.abs(worst.sigmas()),
            decision.findings().stream().filter(Finding::decided).count(),
            decision.sigmas());
    String idle =
        decision.findings().stream()
            .filter(f -> !f.decided())
            .map(Finding::name)
            .collect(Collectors.joining(", "));
    String rest = idle.isEmpty() ? "" : "; not decided: " + idle;
    if (decision.verdict() == Decision.Verdict.REFUSED) {
      return "does not follow exp(-S): " + tests + " (expected: " + worst.statement() + ")" + rest;
    }
    return "passed: " + tests + power(decision) + rest;
  }

  private static String power(Decision decision) {
    return decision.powers().stream()
        .filter(p -> Double.isFinite(p.bias()) && LEADING.contains(p.observable()))
        .map(
            p ->
                String.format(
                    Locale.ROOT,
                    "; a bias of %s of %.2g %% would have been seen",
                    p.observable(),
                    100 * p.relative()))
        .findFirst()
        .orElse("");
  }
}
