package org.fieldstream.server.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real Prometheus, of the Debian package, that scrapes a server every second. */
public final class Prometheus implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final Path log;
  private final HttpGet http;

  /**
   * Starts it; it is ready some time later, see {@link #isReady}.
   *
   * @param directory for its data, empty
   * @param scraped port on loopback that has {@code /metrics}
   * @param rules text of the rules file
   */
  public Prometheus(Path directory, int scraped, String rules) throws IOException {
    Files.writeString(directory.resolve("rules.yml"), rules);
    Files.writeString(
        directory.resolve("prometheus.yml"),
        """
        global:
          scrape_interval: 1s
          scrape_timeout: 1s
          evaluation_interval: 1s
        rule_files: [rules.yml]
        scrape_configs:
          - job_name: fieldstream
            static_configs:
              - targets: ["127.0.0.1:%d"]
        """
            .formatted(scraped));
    int port = freePort();
    log = directory.resolve("log.txt");
    process =
        new ProcessBuilder(
                "prometheus",
                "--config.file=prometheus.yml",
                "--storage.tsdb.path=data",
                "--web.listen-address=127.0.0.1:" + port)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    http = new HttpGet(port);
  }

  /** Whether a program is on the PATH. */
  public static boolean isInstalled(String program) {
    String path = System.getenv().getOrDefault("PATH", "");
    return List.of(path.split(java.io.File.pathSeparator)).stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /** Whether it answers. */
  public boolean isReady() {
    if (!process.isAlive()) {
      throw new AssertionError("prometheus ended:\n" + log());
    }
    try {
      return http.status("/-/ready") == 200;
    } catch (AssertionError e) {
      // Nothing listens yet.
      return false;
    }
  }

  /** {@code data} of a page of its HTTP interface. */
  public JsonNode data(String path) {
    HttpResponse<String> answer = http.get("/api/v1/" + path);
    try {
      JsonNode page = JSON.readTree(answer.body());
      if (!page.path("status").asText().equals("success")) {
        throw new AssertionError(path + ": " + answer.body());
      }
      return page.path("data");
    } catch (IOException e) {
      throw new AssertionError(answer.body(), e);
    }
  }

  /** Result of an instant query, a list. */
  public JsonNode query(String expression) {
    return data("query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
        .path("result");
  }

  /** What it said. */
  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
