package org.fieldstream.server.testing;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.fieldstream.kernels.machine.MachineLineup;
import org.fieldstream.server.Backend;
import org.fieldstream.server.FieldstreamServer;
import org.fieldstream.server.config.DataConfig;
import org.fieldstream.server.config.FieldstreamConfig;
import org.fieldstream.server.config.ServerConfig;

/**
 * The whole server as a process of its own, but without models, so that it starts quickly: to be
 * killed again and again.
 */
public final class RecordingServer implements AutoCloseable {
  private final Process process;
  private final int port;

  private RecordingServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts one; returns when it listens. */
  public static RecordingServer start(Path data) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                RecordingServer.class.getName(),
                data.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
      String line = out.readLine();
      while (line != null && !line.startsWith("port ")) {
        line = out.readLine();
      }
      if (line == null) {
        throw new AssertionError("the server did not start, code " + process.waitFor());
      }
      return new RecordingServer(process, Integer.parseInt(line.substring("port ".length())));
    } catch (IOException | RuntimeException | Error e) {
      process.destroyForcibly();
      throw e;
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw new AssertionError(e);
    }
  }

  /** Serves until it is killed. */
  public static void main(String[] arguments) throws InterruptedException {
    FieldstreamConfig defaults = FieldstreamConfig.DEFAULTS;
    FieldstreamServer server =
        FieldstreamServer.start(
            new FieldstreamConfig(
                new ServerConfig("127.0.0.1", 0, 0, 1, 16 << 20, 10),
                defaults.device(),
                defaults.session(),
                defaults.measurement(),
                new DataConfig(arguments[0], defaults.data().ensembleBytes(), 0)),
            new Backend(List::of, GaussTheory.CATALOG, MachineLineup.only(new FakeMachine())),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    System.out.println("port " + server.grpcPort());
    Thread.currentThread().join();
  }

  /** The port of gRPC. */
  public int port() {
    return port;
  }

  /** SIGKILL. */
  public void kill() {
    process.destroyForcibly();
  }

  /** Waits until the process is gone, and gives its exit code. */
  public int waitForEnd() throws InterruptedException {
    return process.waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
