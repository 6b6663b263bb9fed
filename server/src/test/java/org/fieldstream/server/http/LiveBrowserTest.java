package org.fieldstream.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.fieldstream.server.config.FieldstreamConfig;
import org.fieldstream.server.config.ServerConfig;
import org.fieldstream.server.testing.Chromium;
import org.fieldstream.server.testing.StalledClient;
import org.fieldstream.server.testing.StreamClient;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.server.testing.UniformDraws;
import org.fieldstream.v1.Exactness;
import org.fieldstream.v1.NoiseLevels;
import org.fieldstream.v1.SubscribeRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The live page as a person has it, in a real browser. Pictures are left in {@code target}. */
@Timeout(300)
final class LiveBrowserTest {
  private static final Path PICTURES = Path.of("target");
  private static final String FIELD = "document.getElementById('field').toDataURL()";

  private final UniformDraws calm = new UniformDraws("calm", List.of(16, 16), -0.9, 8);
  private final UniformDraws poor = new UniformDraws("poor", List.of(16, 16), 3, 64);
  private final UniformDraws wide = new UniformDraws("wide", List.of(64, 64), 0, 8);
  private final Semaphore permits = new Semaphore(0);

  /** Lets the device make fifty batches a second: enough to be seen, and little to be kept. */
  private final ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();

  private Chromium browser;

  @BeforeAll
  static void patience() {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
  }

  @BeforeEach
  void browser() throws Exception {
    Optional<Path> program = Chromium.program();
    assumeTrue(program.isPresent(), "needs chromium: on Debian, the package chromium");
    browser = Chromium.start(program.get());
    browser.prefer("light");
    browser.size(1440, 900, 1);
  }

  @AfterEach
  void close() {
    pace.shutdownNow();
    if (browser != null) {
      browser.close();
    }
  }

  private static UnaryOperator<FieldstreamConfig> httpPort(int port) {
    return config ->
        new FieldstreamConfig(
            new ServerConfig("127.0.0.1", 0, port, 2, 16 << 20, 10),
            config.device(),
            TestServer.budget(1 << 20, 64 << 20, 50).apply(config).session(),
            config.measurement(),
            config.data());
  }

  private String text(String id) {
    return browser.evaluate("document.getElementById('" + id + "').innerText").asText();
  }

  private boolean visible(String id) {
    return browser.evaluate("document.getElementById('" + id + "').checkVisibility()").asBoolean();
  }

  private String background() {
    return browser.evaluate("getComputedStyle(document.body).backgroundColor").asText();
  }

  private static SubscribeRequest request(String model) {
    return SubscribeRequest.newBuilder()
        .setModel(model)
        .setExactness(Exactness.EXACTNESS_REWEIGHT)
        .setBatchSize(8)
        .build();
  }

  private void heatMapChanges() {
    String before = browser.evaluate(FIELD).asText();
    await().until(() -> !browser.evaluate(FIELD).asText().equals(before));
  }

  @Test
  void aStreamIsSeenFromItsStartToTheServersEnd() throws Exception {
    calm.gate(permits);
    calm.noise(16, 12, 8, 4, 2, 1, 0.5, 0.25, 0.1, 0.05, 0);
    pace.scheduleAtFixedRate(permits::release, 20, 20, TimeUnit.MILLISECONDS);
    int port;
    try (TestServer server = TestServer.start(httpPort(0), calm, poor, wide);
        StreamClient client = server.client();
        StalledClient stalled = new StalledClient(server.server().grpcPort())) {
      port = server.server().httpPort();
      browser.open("http://127.0.0.1:" + port + "/");
      await().until(() -> visible("empty"));
      assertThat(text("command"))
          .endsWith(" subscribe calm --server 127.0.0.1:" + server.server().grpcPort());
      assertThat(text("alarms-title")).isEqualTo("No alarms");

      StreamClient.Running running =
          client.subscribe(
              request("calm").toBuilder()
                  .setDenoising(NoiseLevels.newBuilder().setCount(11))
                  .build());
      await().until(() -> visible("board") && text("field-caption").startsWith("Configuration"));
      assertThat(visible("empty")).isFalse();
      heatMapChanges();
      heatMapChanges();
      assertThat(text("observable-rows")).contains("phi2", "±");
      assertThat(text("detail-title")).isEqualTo("Stream 1: calm");
      theWayOutOfNoiseIsSeen();

      stalled.subscribe(request("wide"));
      await().until(() -> text("alarms-title").equals("Alarm: Client does not read, stream 2"));
      assertThat(text("alarm-list")).contains("MiB have been waiting", "Let the client read on");
      stalled.subscribe(SubscribeRequest.newBuilder().setModel("poor").setOmitFields(true).build());
      await().until(() -> text("alarm-list").contains("Low acceptance"));
      assertThat(text("alarm-list")).contains("Show stream 3", "(expected: at least 0.10)");
      anotherStreamIsChosenWithTheKeyboard();
      assertThat(visible("denoising-panel")).isFalse();
      allLooksFit("live");
      assertThat(browser.complaints()).isEmpty();
      running.cancel();
    }
    await().until(() -> visible("lost"));
    assertThat(text("lost-text")).contains("Lost the server at 127.0.0.1:" + port);
    try (TestServer again = TestServer.start(httpPort(port), wide)) {
      await().until(() -> !visible("lost") && visible("empty"));
      assertThat(text("link")).isEqualTo("Live");
      assertThat(text("command")).contains("subscribe wide");
      assertThat(again.server().page().feed().viewers()).isOne();
    }
  }

  private void theWayOutOfNoiseIsSeen() {
    await().until(() -> visible("denoising-panel") && text("levels").contains("σ = 0"));
    assertThat(text("levels").lines())
        .filteredOn(line -> line.startsWith("σ"))
        .containsExactly(
            "σ = 16.0",
            "σ = 12.0",
            "σ = 4.00",
            "σ = 2.00",
            "σ = 0.500",
            "σ = 0.250",
            "σ = 0.0500",
            "σ = 0");
    assertThat(text("denoising-caption")).contains("8 of the 11 levels sent");
    String labels =
        "[...document.querySelectorAll('#levels canvas')].map(c => c.role + ': ' + c.ariaLabel)"
            + ".join('\\n')";
    assertThat(browser.evaluate(labels).asText().lines())
        .hasSize(8)
        .allMatch(label -> label.startsWith("img: φ at noise of strength "));
    String first = "document.querySelector('#levels canvas').toDataURL()";
    String before = browser.evaluate(first).asText();
    await().until(() -> !browser.evaluate(first).asText().equals(before));
    allLooksFit("live-denoising");
    browser.size(1440, 900, 1);
    browser.prefer("light");
  }

  private void anotherStreamIsChosenWithTheKeyboard() {
    browser.evaluate("document.querySelector('#stream-list input:checked').focus()");
    for (String type : List.of("keyDown", "keyUp")) {
      browser.call(
          "Input.dispatchKeyEvent",
          Map.of(
              "type", type, "key", "ArrowDown", "code", "ArrowDown", "windowsVirtualKeyCode", 40));
    }
    await().until(() -> text("detail-title").equals("Stream 2: wide"));
  }

  /**
   * Both widths, both colour schemes, asked for by the system and by the switch.
   *
   * @param name what the names of the pictures begin with
   */
  private void allLooksFit(String name) {
    for (int width : new int[] {1440, 390}) {
      browser.size(width, width < 600 ? 844 : 900, 1);
      String light = null;
      for (String scheme : List.of("light", "dark")) {
        browser.prefer(scheme);
        await().until(() -> browser.evaluate("innerWidth").asInt() == width);
        assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
            .as("%d, %s", width, scheme)
            .isLessThanOrEqualTo(width);
        assertThat(overflowing()).as("%d, %s", width, scheme).isEmpty();
        browser.screenshot(PICTURES.resolve(name + "-" + width + "-" + scheme + ".png"));
        assertThat(background()).isNotEqualTo(light);
        light = background();
      }
    }
    String dark = background();
    browser.evaluate("document.querySelector('#theme [value=light]').click()");
    assertThat(background()).isNotEqualTo(dark);
    browser.evaluate("document.querySelector('#theme [value=auto]').click()");
    assertThat(background()).isEqualTo(dark);
  }

  /** What sticks out of its own box where it is not cut off on purpose. */
  private String overflowing() {
    return browser
        .evaluate(
            """
            [...document.querySelectorAll("main *")]
              .filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0
                && getComputedStyle(e).display !== "inline"
                && getComputedStyle(e).textOverflow !== "ellipsis"
                && !e.closest(".hidden"))
              .map(e => e.tagName + "#" + e.id + "." + e.className).join(" ")
            """)
        .asText();
  }
}
