package org.fieldstream.server.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One page in a real Chromium without a window, driven over the DevTools protocol (<a
 * href="https://chromedevtools.github.io/devtools-protocol/">reference</a>).
 */
public final class Chromium implements AutoCloseable {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome-stable", "google-chrome");
  private static final Pattern LISTENING = Pattern.compile("DevTools listening on (ws://\\S+)");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final Path profile;
  private final WebSocket socket;
  private final AtomicInteger calls = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
  private volatile CompletableFuture<Void> loaded = new CompletableFuture<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();

  private Chromium(Process process, Path profile, String page) {
    this.process = process;
    this.profile = profile;
    this.socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create(page), new Ear())
            .join();
    call("Page.enable", Map.of());
    call("Runtime.enable", Map.of());
    call("Log.enable", Map.of());
  }

  /** The browser's program, if this machine has one. */
  public static Optional<Path> program() {
    String path = System.getenv().getOrDefault("PATH", "");
    return NAMES.stream()
        .flatMap(n -> Stream.of(path.split(File.pathSeparator)).map(d -> Path.of(d, n)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts one with a profile of its own. */
  public static Chromium start(Path program) throws IOException, InterruptedException {
    Path profile = Files.createTempDirectory("chromium");
    List<String> command =
        List.of(
            program.toString(),
            "--headless=new",
            "--remote-debugging-port=0",
            "--user-data-dir=" + profile,
            // Root, and containers without user namespaces, have no sandbox to offer.
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "about:blank");
    Process process =
        new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    try {
      URI browser = URI.create(listening(process));
      String page =
          JSON.readTree(
                  HttpClient.newHttpClient()
                      .send(
                          HttpRequest.newBuilder(
                                  URI.create("http://" + browser.getAuthority() + "/json/list"))
                              .build(),
                          BodyHandlers.ofString())
                      .body())
              .findValue("webSocketDebuggerUrl")
              .asText();
      return new Chromium(process, profile, page);
    } catch (IOException | RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static String listening(Process process) throws IOException {
    BufferedReader words = process.errorReader(StandardCharsets.UTF_8);
    StringBuilder said = new StringBuilder();
    String line;
    while ((line = words.readLine()) != null) {
      Matcher found = LISTENING.matcher(line);
      if (found.find()) {
        Thread drain = new Thread(() -> words.lines().forEach(ignored -> {}), "chromium");
        drain.setDaemon(true);
        drain.start();
        return found.group(1);
      }
      said.append(line).append('\n');
    }
    throw new AssertionError("chromium ended without listening:\n" + said);
  }

  private final class Ear implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        try {
          heard(JSON.readTree(text.toString()));
        } catch (IOException e) {
          complaints.add("DevTools: " + e.getMessage());
        }
        text.setLength(0);
      }
      from.request(1);
      return CompletableFuture.completedFuture(null);
    }
  }

  private void heard(JsonNode message) {
    if (message.has("id")) {
      CompletableFuture<JsonNode> answer = answers.remove(message.get("id").asInt());
      if (message.has("error")) {
        answer.completeExceptionally(new AssertionError(message.get("error").toString()));
      } else {
        answer.complete(message.get("result"));
      }
      return;
    }
    JsonNode said = message.get("params");
    switch (message.get("method").asText()) {
      case "Page.loadEventFired" -> loaded.complete(null);
      case "Runtime.exceptionThrown" -> complaints.add(said.get("exceptionDetails").toString());
      case "Runtime.consoleAPICalled" -> {
        if (List.of("error", "warning", "assert").contains(said.get("type").asText())) {
          complaints.add(said.get("args").toString());
        }
      }
      case "Log.entryAdded" -> {
        if (List.of("error", "warning").contains(said.at("/entry/level").asText())) {
          complaints.add(said.get("entry").toString());
        }
      }
      default -> {
        // Of all that a page does only its complaints matter here.
      }
    }
  }

  /** Calls a method of the protocol and waits for its answer. */
  public JsonNode call(String method, Map<String, ?> parameters) {
    int id = calls.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    answers.put(id, answer);
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", JSON.valueToTree(parameters));
    socket.sendText(message.toString(), true).join();
    return answer.orTimeout(60, TimeUnit.SECONDS).join();
  }

  /** Warnings and errors of the page so far: console, exceptions, refused or failed loads. */
  public List<String> complaints() {
    return new ArrayList<>(complaints);
  }

  /** Goes to an address; returns when the page and its scripts are loaded. */
  public void open(String url) {
    CompletableFuture<Void> load = new CompletableFuture<>();
    loaded = load;
    call("Page.navigate", Map.of("url", url));
    load.orTimeout(60, TimeUnit.SECONDS).join();
  }

  /** The value of an expression in the page; a promise is waited for. */
  public JsonNode evaluate(String expression) {
    JsonNode answer =
        call(
            "Runtime.evaluate",
            Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
    if (answer.has("exceptionDetails")) {
      throw new AssertionError(answer.get("exceptionDetails").toString());
    }
    return answer.at("/result/value");
  }

  /** A window of so many CSS pixels. */
  public void size(int width, int height, double pixelRatio) {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of(
            "width",
            width,
            "height",
            height,
            "deviceScaleFactor",
            pixelRatio,
            "mobile",
            width < 600));
  }

  /** What the system prefers: dark or light. */
  public void prefer(String scheme) {
    call(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  /** A picture of the page, all of its height, as PNG or, by the file's name, WebP. */
  public void screenshot(Path file) {
    JsonNode size = call("Page.getLayoutMetrics", Map.of()).get("cssContentSize");
    String format = file.toString().endsWith(".webp") ? "webp" : "png";
    JsonNode shot =
        call(
            "Page.captureScreenshot",
            Map.of(
                "format",
                format,
                "captureBeyondViewport",
                true,
                "clip",
                Map.of(
                    "x",
                    0,
                    "y",
                    0,
                    "width",
                    size.get("width").asInt(),
                    "height",
                    size.get("height").asInt(),
                    "scale",
                    1)));
    try {
      Files.write(file, Base64.getDecoder().decode(shot.get("data").asText()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    socket.abort();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().onExit().join();
    deleteProfile();
  }

  private void deleteProfile() {
    try (Stream<Path> files = Files.walk(profile)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException | UncheckedIOException e) {
      // A process of the browser that is still going may write; the system clears its own folder.
      complaints.add(String.valueOf(e.getMessage()));
    }
  }
}
