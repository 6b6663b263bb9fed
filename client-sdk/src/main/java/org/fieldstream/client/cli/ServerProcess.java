package org.fieldstream.client.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A server as a child process on free loopback ports with a data directory of its own, which goes
 * when the server goes.
 */
final class ServerProcess implements AutoCloseable {
  private static final long PROBE_MILLIS = 200;
  private static final int LOG_LINES = 12;

  private final Process process;
  private final Path directory;
  private final int grpcPort;
  private final int httpPort;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  private ServerProcess(Process process, Path directory, int grpcPort, int httpPort) {
    this.process = process;
    this.directory = directory;
    this.grpcPort = grpcPort;
    this.httpPort = httpPort;
  }

  /**
   * Starts a server; it is not ready yet.
   *
   * @param jar the server's self-contained jar
   */
  static ServerProcess start(Path jar) throws IOException {
    if (!Files.isRegularFile(jar)) {
      throw new IOException(
          "server-jar: " + jar + " is missing (expected: the server's jar; mvn package makes it)");
    }
    Path directory = Files.createTempDirectory("fieldstream-demo");
    int[] ports = freePorts();
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    List<String> command =
        List.of(
            java.toString(),
            "--add-modules",
            "jdk.incubator.vector",
            "-jar",
            jar.toString(),
            "serve",
            "--grpc-port",
            String.valueOf(ports[0]),
            "--http-port",
            String.valueOf(ports[1]),
            "--data",
            directory.resolve("data").toString());
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("server.log").toFile())
            .start();
    return new ServerProcess(process, directory, ports[0], ports[1]);
  }

  /** Ports that nobody listens on at this moment. */
  private static int[] freePorts() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket first = new ServerSocket(0, 1, loopback);
        ServerSocket second = new ServerSocket(0, 1, loopback)) {
      return new int[] {first.getLocalPort(), second.getLocalPort()};
    }
  }

  /**
   * Waits until the server is ready.
   *
   * @throws IOException where it ended or was not ready in time; with the last lines of its log
   */
  void awaitReady(Duration patience) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!isReady()) {
      if (waitFor(PROBE_MILLIS)) {
        throw new IOException(
            "server: ended with status " + process.exitValue() + " before it was ready" + log());
      }
      if (System.nanoTime() > deadline) {
        throw new IOException("server: not ready within " + patience.toSeconds() + " s" + log());
      }
    }
  }

  private boolean isReady() {
    try {
      return get("/readyz").statusCode() == 200;
    } catch (IOException e) {
      // Not listening yet; whether it ever will is the caller's patience to decide.
      return false;
    }
  }

  /** The server's metrics, as Prometheus reads them. */
  String metrics() throws IOException {
    return get("/metrics").body();
  }

  private HttpResponse<String> get(String path) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + path))
            .timeout(Duration.ofSeconds(5))
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while asking for " + path, e);
    }
  }

  private boolean waitFor(long millis) throws IOException {
    try {
      return process.waitFor(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the server", e);
    }
  }

  private String log() throws IOException {
    Path log = directory.resolve("server.log");
    List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
    List<String> last = lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size());
    return last.isEmpty() ? "" : "; its last words:\n  " + String.join("\n  ", last);
  }

  /** Where its data and log are while it runs. */
  Path directory() {
    return directory;
  }

  int grpcPort() {
    return grpcPort;
  }

  int httpPort() {
    return httpPort;
  }

  /** Ends the server with SIGTERM, as an operator would, and removes its directory. */
  @Override
  public void close() throws IOException {
    process.destroy();
    if (!waitFor(15_000)) {
      process.destroyForcibly();
      waitFor(5_000);
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
