package org.fieldstream.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.testing.AutoregressiveChains;
import org.fieldstream.server.testing.HttpGet;
import org.fieldstream.server.testing.StalledClient;
import org.fieldstream.server.testing.StreamClient;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.server.testing.UniformDraws;
import org.fieldstream.v1.NoiseLevels;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.Target;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The page's files and headers, and the snapshots of a real server. */
@Timeout(120)
final class LivePageTest {
  private static final Pattern REFERENCE =
      Pattern.compile("(?:src|href)=\"([^\"]+)\"|from \"(\\./[^\"]+)\"");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final UniformDraws draws = new UniformDraws("u", List.of(6, 4), -0.8, 16);
  private final AutoregressiveChains chains = new AutoregressiveChains(3, Exactness.METROPOLIS);
  private final Semaphore permits = new Semaphore(0);
  private final TestServer server = TestServer.start(draws, chains);
  private final HttpGet http = new HttpGet(server.server().httpPort());

  @AfterEach
  void close() {
    // A device that waits for a permit would not end.
    draws.gate(null);
    permits.release();
    server.close();
  }

  @Test
  void allThatThePageNeedsIsHere() {
    Deque<String> unread = new ArrayDeque<>(List.of("/"));
    Set<String> seen = new HashSet<>(unread);
    while (!unread.isEmpty()) {
      String path = unread.remove();
      HttpResponse<String> file = http.get(path);
      assertThat(file.statusCode()).as(path).isEqualTo(200);
      // Namespaces and links for people are names, not loads.
      String body = file.body().replaceAll("https?://www\\.w3\\.org/\\S+", "");
      assertThat(body).as(path).doesNotContain("http://", "https://");
      if (path.equals("/") || path.startsWith("/live/")) {
        assertThat(file.headers().firstValue("content-security-policy"))
            .hasValueSatisfying(
                policy ->
                    assertThat(policy)
                        .contains("default-src 'none'", "script-src 'self'")
                        .doesNotContain("unsafe", "*"));
        assertThat(file.headers().firstValue("x-content-type-options")).hasValue("nosniff");
        Matcher reference = REFERENCE.matcher(file.body());
        while (reference.find()) {
          String name = reference.group(1) != null ? reference.group(1) : reference.group(2);
          if (!name.startsWith("#") && seen.add(name.replaceFirst("^\\./", "/live/"))) {
            unread.add(name.replaceFirst("^\\./", "/live/"));
          }
        }
      }
    }
    assertThat(seen).contains("/live/page.css", "/live/main.js", "/live/heatmap.js", "/metrics");
    assertThat(http.get("/").headers().firstValue("content-type"))
        .hasValue("text/html; charset=utf-8");
    assertThat(http.get("/live/main.js").headers().firstValue("content-type"))
        .hasValue("text/javascript; charset=utf-8");
    assertThat(http.get("/live/page.css").headers().firstValue("content-type"))
        .hasValue("text/css; charset=utf-8");
    assertThat(http.status("/live/page.html")).isEqualTo(404);
    assertThat(http.status("/live/../logback.xml")).isEqualTo(404);
  }

  @Test
  void anUnchangedFileIsNotSentAgain() throws Exception {
    String tag = http.get("/").headers().firstValue("etag").orElseThrow();
    HttpResponse<String> again =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(uri("/")).header("if-none-match", tag).build(),
                BodyHandlers.ofString());
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.server().httpPort() + path);
  }

  /** The server's snapshots, for as long as the stream of them is open. */
  private Stream<JsonNode> snapshots() throws Exception {
    HttpResponse<Stream<String>> response =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(uri("/live/events")).build(), BodyHandlers.ofLines());
    assertThat(response.headers().firstValue("content-type"))
        .hasValue("text/event-stream; charset=utf-8");
    assertThat(response.headers().firstValue("cache-control")).hasValue("no-store");
    return response.body().filter(line -> line.startsWith("data: ")).map(LivePageTest::json);
  }

  private static JsonNode json(String line) {
    try {
      return JSON.readTree(line.substring(6));
    } catch (IOException e) {
      throw new AssertionError(line, e);
    }
  }

  @Test
  void aSnapshotWithoutStreamsSaysHowToStartOne() throws Exception {
    try (Stream<JsonNode> snapshots = snapshots()) {
      JsonNode snapshot = snapshots.iterator().next();
      assertThat(snapshot.get("streams")).isEmpty();
      assertThat(snapshot.get("alarms")).isEmpty();
      assertThat(snapshot.at("/server/ready").asBoolean()).isTrue();
      assertThat(snapshot.at("/server/maxSubscriptions").asInt()).isEqualTo(1024);
      assertThat(snapshot.at("/server/command").asText())
          .isEqualTo(
              "java -jar client-sdk/target/fieldstream-client.jar subscribe u --server 127.0.0.1:"
                  + server.server().grpcPort());
    }
    await().until(() -> server.server().page().feed().viewers() == 0);
  }

  @Test
  void aSnapshotShowsAStream() throws Exception {
    // Held up after its first batches, so that what is shown is known.
    permits.release(40);
    draws.gate(permits);
    try (StreamClient client = server.client();
        Stream<JsonNode> stream = snapshots()) {
      Iterator<JsonNode> snapshots = stream.iterator();
      StreamClient.Running running =
          client.subscribe(
              SubscribeRequest.newBuilder().setModel("u").setSeed(-1).setBatchSize(16).build());
      await().until(() -> running.configurations() >= 16);
      JsonNode shown = snapshots.next();
      while (shown.at("/streams/0/configurations").asInt() < 320) {
        shown = snapshots.next();
      }
      JsonNode u = shown.at("/streams/0");
      assertThat(u.get("number").asInt()).isEqualTo(1);
      assertThat(u.get("model").asText()).isEqualTo("u");
      assertThat(u.get("theory").asText()).isEqualTo("gauss");
      assertThat(u.get("extents").toString()).isEqualTo("[6,4]");
      assertThat(u.get("couplings").toString()).isEqualTo("{\"g\":-0.8}");
      assertThat(u.get("exactness").asText()).isEqualTo("metropolis");
      assertThat(u.get("seed").asText()).isEqualTo("18446744073709551615");
      assertThat(u.get("end").isNull()).isTrue();
      assertThat(u.get("acceptance").asDouble()).isBetween(0.1, 0.9);
      assertThat(u.get("essRatio").asDouble()).isBetween(0.01, 0.99);
      JsonNode phi2 = u.at("/observables/0");
      assertThat(phi2.get("name").asText()).isEqualTo("phi2");
      // 1.2, and 24 x 320 values of variance 1.3: five sigma, with tau_int = 2, are 0.13.
      assertThat(phi2.get("mean").asDouble()).isBetween(1.07, 1.33);
      assertThat(phi2.get("error").asDouble()).isBetween(1e-4, 0.2);
      assertThat(phi2.get("tauInt").asDouble()).isPositive();
      assertThat(shown.at("/server/subscriptions").asInt()).isOne();
      assertThat(shown.at("/server/running").asInt()).isOne();
      // A look asks, the next configuration answers.
      permits.release(1);
      JsonNode field = snapshots.next().at("/streams/0/field");
      while (field.isMissingNode() || field.isNull()) {
        permits.release(1);
        field = snapshots.next().at("/streams/0/field");
      }
      assertThat(field.get("rows").asInt()).isEqualTo(6);
      assertThat(field.get("columns").asInt()).isEqualTo(4);
      byte[] cells = Base64.getDecoder().decode(field.get("cells").asText());
      assertThat(cells).hasSize(24);
      float[] sent = configuration(running, field.get("index").asLong());
      double largest = field.get("largest").asDouble();
      for (int k = 0; k < 24; k++) {
        assertThat(cells[k] / 127.0 * largest).isCloseTo(sent[k], within(largest / 250));
      }
      running.cancel();
      JsonNode after = snapshots.next();
      while (after.at("/server/running").asInt() > 0) {
        permits.release(1);
        after = snapshots.next();
      }
      assertThat(after.get("streams")).isEmpty();
    }
  }

  /** A configuration as the client has it. */
  private static float[] configuration(StreamClient.Running running, long index) {
    await().until(() -> running.configurations() > index);
    for (var message : running.messages()) {
      long at = index - message.getFirstIndex();
      if (at >= 0 && at < message.getCount()) {
        float[] values = new float[24];
        message
            .getFields()
            .asReadOnlyByteBuffer()
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer()
            .get((int) at * 24, values);
        return values;
      }
    }
    throw new AssertionError("configuration " + index + " was not sent");
  }

  @Test
  void aSnapshotShowsTheWayOutOfNoise() throws Exception {
    draws.noise(4, 1, 0);
    draws.gate(permits);
    try (StreamClient client = server.client();
        Stream<JsonNode> stream = snapshots()) {
      Iterator<JsonNode> snapshots = stream.iterator();
      StreamClient.Running running =
          client.subscribe(
              SubscribeRequest.newBuilder()
                  .setModel("u")
                  .setExactness(org.fieldstream.v1.Exactness.EXACTNESS_RAW)
                  .setBatchSize(16)
                  .setDenoising(NoiseLevels.newBuilder().addSigmas(5).addSigmas(0))
                  .build());
      permits.release(1);
      JsonNode shown = snapshots.next().at("/streams/0");
      while (shown.isMissingNode() || shown.get("denoising").isNull()) {
        permits.release(1);
        shown = snapshots.next().at("/streams/0");
      }
      JsonNode way = shown.get("denoising");
      assertThat(way.get("sent").asInt()).isEqualTo(2);
      assertThat(way.get("levels")).hasSize(2);
      assertThat(way.at("/levels/0/sigma").asDouble()).isEqualTo(4);
      assertThat(way.at("/levels/1/sigma").asDouble()).isZero();
      // The same configuration in both, and the last is the field itself.
      assertThat(way.at("/levels/0/index")).isEqualTo(shown.at("/field/index"));
      assertThat(way.at("/levels/1/cells")).isEqualTo(shown.at("/field/cells"));
      assertThat(way.at("/levels/0/cells")).isNotEqualTo(shown.at("/field/cells"));
      running.cancel();
    }
  }

  @Test
  void whatIsNotKnownIsNull() throws Exception {
    // A client that stops reading soon: what it has is enough.
    try (StalledClient client = new StalledClient(server.server().grpcPort());
        Stream<JsonNode> stream = snapshots()) {
      Iterator<JsonNode> snapshots = stream.iterator();
      StalledClient.Stall running =
          client.subscribe(
              SubscribeRequest.newBuilder()
                  .setModel("ar")
                  .setTarget(Target.newBuilder().setTheory("gauss").addExtents(4).addExtents(4))
                  .setCount(1 << 30)
                  .setBatchSize(3)
                  .setOmitFields(true)
                  .build());
      JsonNode shown = snapshots.next().at("/streams/0");
      while (shown.isMissingNode()) {
        shown = snapshots.next().at("/streams/0");
      }
      assertThat(shown.get("essRatio").isNull()).isTrue();
      assertThat(shown.get("essDraws").asInt()).isZero();
      assertThat(shown.get("chains").asInt()).isEqualTo(3);
      assertThat(shown.get("end").asLong()).isEqualTo(1 << 30);
      assertThat(shown.at("/trace/name").asText()).isEqualTo("m");
      running.cancel();
    }
  }
}
