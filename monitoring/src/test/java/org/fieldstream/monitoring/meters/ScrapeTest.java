package org.fieldstream.monitoring.meters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScrapeTest {
  /** Names other rooms, rules and dashboards rely on, with their type. */
  private static final List<String> METRICS =
      List.of(
          "fieldstream_configurations_total counter",
          "fieldstream_nonfinite_configurations_total counter",
          "fieldstream_proposals_total counter",
          "fieldstream_acceptances_total counter",
          "fieldstream_ess_ratio gauge",
          "fieldstream_ess_draws gauge",
          "fieldstream_log_weight_variance gauge",
          "fieldstream_tau_int_configurations gauge",
          "fieldstream_tau_int_error_configurations gauge",
          "fieldstream_observable_mean gauge",
          "fieldstream_observable_error gauge",
          "fieldstream_series_configurations gauge",
          "fieldstream_halves_drift_sigmas gauge",
          "fieldstream_split_r_hat gauge",
          "fieldstream_pareto_k gauge",
          "fieldstream_alarm gauge",
          "fieldstream_call_duration_seconds histogram",
          "fieldstream_active_subscriptions gauge",
          "fieldstream_sent_bytes_total counter",
          "fieldstream_subscription_held_max_bytes gauge",
          "fieldstream_subscription_held_peak_bytes gauge",
          "fieldstream_backpressured_subscriptions gauge",
          "fieldstream_backpressure_waits_total counter",
          "fieldstream_backpressure_wait_seconds_total counter",
          "fieldstream_device_busy_seconds_total counter");

  private final Scraped scraped = new Scraped();

  @BeforeEach
  void serveALittle() {
    SplittableRandom random = new SplittableRandom(1);
    ChainStatistics chain =
        scraped.meters.model("phi4-continuous-8x8").openChain("t", 1, List.of("phi2", "abs_m"));
    for (int i = 0; i < 1000; i++) {
      chain.state(random.nextInt(4) > 0, random.nextGaussian(), random.nextGaussian(), 1);
    }
    CallTimer call = scraped.meters.callStarted("fieldstream.v1.SamplerService/Subscribe");
    scraped.clock.advanceSeconds(3);
    call.end("OK");
    scraped.meters.device("vector").busy(1_500_000_000L);
    scraped.meters.openSubscription().heldBytes(1 << 20);
  }

  @Test
  void everyMetricHasHelpAndType() {
    String text = scraped.text();
    for (String metric : METRICS) {
      String name = metric.substring(0, metric.indexOf(' '));
      assertThat(text)
          .contains("# TYPE " + metric + "\n")
          .containsPattern("# HELP " + name + " \\S");
    }
    for (String sample : scraped.samples()) {
      String name = sample.replaceAll("[{ ].*", "").replaceAll("_(bucket|count|sum)$", "");
      assertThat(text).contains("# HELP " + name + " ");
    }
  }

  @Test
  void labelsAreTheBoundedOnesOnly() {
    Pattern label = Pattern.compile("[{,](\\w+)=\"");
    for (String sample : scraped.samples()) {
      Matcher matcher = label.matcher(sample);
      while (matcher.find()) {
        assertThat(matcher.group(1))
            .isIn("model", "observable", "alarm", "method", "status", "device", "outcome", "le");
      }
    }
  }

  @Test
  void valuesAreThoseRecorded() {
    assertThat(scraped.value("fieldstream_configurations_total{model=\"phi4-continuous-8x8\"}"))
        .isEqualTo(1000);
    assertThat(
            scraped.value(
                "fieldstream_call_duration_seconds_sum{method=\"fieldstream.v1.SamplerService/Subscribe\",status=\"OK\"}"))
        .isEqualTo(3);
    assertThat(scraped.value("fieldstream_device_busy_seconds_total{device=\"vector\"}"))
        .isEqualTo(1.5);
    assertThat(scraped.value("fieldstream_subscription_held_max_bytes")).isEqualTo(1 << 20);
  }

  @Test
  void rulesUseOnlyMetricsThatExist() throws IOException {
    Matcher metric = Pattern.compile("\\bfieldstream_\\w+").matcher(withoutRecorded(rules()));
    int found = 0;
    while (metric.find()) {
      String name = metric.group().replaceAll("_count$", "");
      assertThat(METRICS.stream().map(m -> m.substring(0, m.indexOf(' ')))).contains(name);
      found++;
    }
    assertThat(found).isGreaterThan(8);
  }

  @Test
  void promtoolFindsNoFaultInTheMetrics(@TempDir Path directory) throws Exception {
    Path metrics = Files.writeString(directory.resolve("metrics.txt"), scraped.text());
    promtool(directory, metrics, "check", "metrics");
  }

  @Test
  void promtoolAcceptsTheRulesAndTheirTest(@TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("fieldstream-rules.yml"), rules());
    Files.writeString(
        directory.resolve("test.yml"), resource("/prometheus/fieldstream-rules-test.yml"));
    promtool(directory, null, "check", "rules", "fieldstream-rules.yml");
    promtool(directory, null, "test", "rules", "test.yml");
  }

  /** Runs promtool, which must be silent about faults; skips the test where it is not installed. */
  private static void promtool(
      Path directory, @org.jspecify.annotations.Nullable Path input, String... arguments)
      throws Exception {
    assumeTrue(isOnPath("promtool"), "promtool is not installed (Debian package prometheus)");
    List<String> command = new java.util.ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.redirectErrorStream(true);
    if (input != null) {
      builder.redirectInput(input.toFile());
    }
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).doesNotContainIgnoringCase("error");
    if (input != null) {
      assertThat(output).isBlank();
    }
  }

  private static boolean isOnPath(String program) {
    for (String folder :
        System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator)) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }

  private static String rules() {
    return resource("/prometheus/fieldstream-rules.yml");
  }

  /** Recorded names have colons around them; what is left are exported names. */
  private static String withoutRecorded(String rules) {
    return rules.replaceAll("\\w+:fieldstream_\\w+:\\w+", "");
  }

  private static String resource(String path) {
    try (InputStream in = ScrapeTest.class.getResourceAsStream(path)) {
      assertThat(in).as(path).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
