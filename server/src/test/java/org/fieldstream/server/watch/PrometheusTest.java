package org.fieldstream.server.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.grpc.common.GrpcStatus;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.testing.AutoregressiveChains;
import org.fieldstream.server.testing.HttpGet;
import org.fieldstream.server.testing.Prometheus;
import org.fieldstream.server.testing.StreamClient;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.server.testing.UniformDraws;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.Target;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a server that streams exports, as dashboards, promtool and a real Prometheus see it.
 *
 * <p>{@code mvn -pl server -am -Dtest=PrometheusTest -Dfieldstream.prometheus.seconds=120
 * -Dsurefire.failIfNoSpecifiedTests=false test} lets it scrape for two minutes.
 */
final class PrometheusTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static TestServer server;
  private static StreamClient client;

  @BeforeAll
  static void stream() {
    server =
        TestServer.start(
            new UniformDraws("good", List.of(2), 0.1, 256),
            new UniformDraws("bad", List.of(8, 8), 3, 256),
            new AutoregressiveChains("steady", 2, Exactness.METROPOLIS, time -> 0),
            new AutoregressiveChains(
                "drifting", 2, Exactness.METROPOLIS, time -> 3 * Math.exp(-time / 300)),
            new AutoregressiveChains("frozen", 2, Exactness.METROPOLIS, time -> 6));
    client = server.client();
    for (String model : List.of("good", "bad", "steady", "drifting", "frozen")) {
      assertThat(client.collect(request(model, 6000)).status()).isEqualTo(GrpcStatus.OK);
    }
  }

  @AfterAll
  static void stop() {
    client.close();
    server.close();
  }

  @Test
  void everyPanelAsksForWhatExists() throws IOException {
    Set<String> known = new HashSet<>(Set.of("ALERTS"));
    metrics().lines().map(line -> line.replaceAll("[{ ].*", "")).forEach(known::add);
    Matcher record = Pattern.compile("- record: (\\S+)").matcher(rules());
    while (record.find()) {
      known.add(record.group(1));
    }
    Set<String> asked = new TreeSet<>();
    for (Panels query : Panels.all()) {
      Set<String> names = Panels.metrics(query.expression());
      assertThat(names).as(query.panel()).isNotEmpty();
      assertThat(known).as(query.panel()).containsAll(names);
      asked.addAll(names);
    }
    assertThat(asked).hasSizeGreaterThan(30);
  }

  @Test
  void namesAreFoundInExpressions() {
    assertThat(
            Panels.metrics(
                "sum by (le, method) (rate(a_bucket{x=~\"b|c\", y=\"{d}\"}[5m])) / e:f:g > 1 and h"))
        .containsExactly("a_bucket", "e:f:g", "h");
  }

  @Test
  void promtoolFindsNoFaultInWhatTheServerExports(@TempDir Path directory) throws Exception {
    assumeTrue(Prometheus.isInstalled("promtool"), "promtool is not installed (prometheus)");
    assertClean(directory);
  }

  private static void assertClean(Path directory) throws Exception {
    Path scrape = Files.writeString(directory.resolve("metrics.txt"), metrics());
    Process process =
        new ProcessBuilder("promtool", "check", "metrics")
            .redirectInput(scrape.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).isBlank();
  }

  @Test
  void aRealPrometheusScrapesEvaluatesAndAlerts(@TempDir Path directory) throws Exception {
    assumeTrue(Prometheus.isInstalled("prometheus"), "prometheus is not installed");
    // The same rules, but alerts do not wait for minutes.
    String impatient = rules().replaceAll("for: \\d+m", "for: 0s");
    StreamClient.Running stream = client.subscribe(request("bad", 0));
    try (Prometheus prometheus = new Prometheus(directory, server.server().httpPort(), impatient)) {
      await().atMost(PATIENCE).until(prometheus::isReady);
      await().atMost(PATIENCE).until(() -> value(prometheus, "sum_over_time(up[1h])") >= 1);
      // Something that ends between two scrapes, for the rates of calls.
      assertThat(client.collect(request("good", 100)).status()).isEqualTo(GrpcStatus.OK);
      long seconds = Long.getLong("fieldstream.prometheus.seconds", 4);
      await()
          .atMost(PATIENCE.plusSeconds(2 * seconds))
          .untilAsserted(
              () -> {
                // One scrape a second.
                assertThat(value(prometheus, "sum_over_time(up[1h])"))
                    .isGreaterThanOrEqualTo(seconds);
                JsonNode target = prometheus.data("targets").path("activeTargets").get(0);
                assertThat(target.path("health").asText()).as(target.toString()).isEqualTo("up");
              });
      for (JsonNode group : prometheus.data("rules").path("groups")) {
        for (JsonNode rule : group.path("rules")) {
          assertThat(rule.path("health").asText()).as(rule.toString()).isEqualTo("ok");
        }
      }
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(firing(prometheus))
                      // A chain that accepts next to nothing may count as frozen, too.
                      .contains(
                          "FieldstreamNotThermalised drifting",
                          "FieldstreamFrozen frozen",
                          "FieldstreamHeavyTailedWeights bad",
                          "FieldstreamLowAcceptance bad",
                          "FieldstreamLowEffectiveSampleSize bad")
                      .noneMatch(alert -> alert.endsWith(" good") || alert.endsWith(" steady")));
      for (Panels query : Panels.all()) {
        await(query.panel())
            .atMost(PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(prometheus.query(query.chosen()))
                        .as(query.expression())
                        .isNotEmpty());
      }
      assertClean(directory);
      System.out.printf(
          Locale.ROOT,
          "Prometheus: %.0f scrapes, %.0f failed, %.0f series, %.1f ms a scrape; promtool check"
              + " metrics: clean%n",
          value(prometheus, "count_over_time(up[1h])"),
          value(prometheus, "count_over_time(up[1h]) - sum_over_time(up[1h])"),
          value(prometheus, "scrape_samples_scraped"),
          1000 * value(prometheus, "avg_over_time(scrape_duration_seconds[1h])"));
    } finally {
      stream.cancel();
    }
  }

  /** The one value of an expression; 0 while there is none. */
  private static double value(Prometheus prometheus, String expression) {
    JsonNode result = prometheus.query(expression);
    return result.isEmpty() ? 0 : result.get(0).path("value").get(1).asDouble();
  }

  /** The alerts of the five alarms that fire, with their models. */
  private static List<String> firing(Prometheus prometheus) {
    Set<String> names = new TreeSet<>();
    for (JsonNode alert : prometheus.data("alerts").path("alerts")) {
      JsonNode labels = alert.path("labels");
      String name = labels.path("alertname").asText();
      if (alert.path("state").asText().equals("firing")
          && !name.equals("FieldstreamErrorsNotTrustworthy")) {
        names.add(name + " " + labels.path("model").asText());
      }
    }
    return List.copyOf(names);
  }

  private static String metrics() {
    return new HttpGet(server.server().httpPort()).get("/metrics").body();
  }

  private static String rules() throws IOException {
    try (InputStream in =
        PrometheusTest.class.getResourceAsStream("/prometheus/fieldstream-rules.yml")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static SubscribeRequest request(String model, long count) {
    SubscribeRequest.Builder request =
        SubscribeRequest.newBuilder()
            .setModel(model)
            .setSeed(5)
            .setCount(count)
            .setBatchSize(500)
            .setOmitFields(true);
    if (!model.equals("good") && !model.equals("bad")) {
      request.setTarget(Target.newBuilder().setTheory("gauss").addExtents(2).putCouplings("g", 0));
    }
    return request.build();
  }
}
