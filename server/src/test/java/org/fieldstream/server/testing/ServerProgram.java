package org.fieldstream.server.testing;

import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fieldstream.server.Main;

/**
 * The program, as {@code java -jar} starts it: without the Vector API's module on the command line,
 * so that it starts itself a second time; it is that second process that serves.
 */
public final class ServerProgram implements AutoCloseable {
  private static final Pattern GRPC = Pattern.compile("gRPC 127\\.0\\.0\\.1:(\\d+)");
  private static final Pattern HTTP = Pattern.compile("HTTP http://127\\.0\\.0\\.1:(\\d+)/");

  private final Process process;
  private final BufferedReader out;
  private final int grpcPort;
  private final int httpPort;

  private ServerProgram(Process process) throws IOException {
    this.process = process;
    this.out = process.inputReader(StandardCharsets.UTF_8);
    this.grpcPort = port(GRPC);
    this.httpPort = port(HTTP);
  }

  /** Starts the program; what it says on its standard error is lost. */
  public static Process run(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  /** Serves on free loopback ports; returns when they listen. */
  public static ServerProgram serve(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of("serve", "--grpc-port", "0", "--http-port", "0"));
    all.addAll(List.of(arguments));
    Process process = run(all.toArray(String[]::new));
    try {
      return new ServerProgram(process);
    } catch (IOException | RuntimeException | Error e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private int port(Pattern pattern) throws IOException {
    String line = out.readLine();
    while (line != null) {
      Matcher found = pattern.matcher(line);
      if (found.find()) {
        return Integer.parseInt(found.group(1));
      }
      line = out.readLine();
    }
    throw new AssertionError("the program ended without a port, code " + process.exitValue());
  }

  /** The port of gRPC. */
  public int grpcPort() {
    return grpcPort;
  }

  /** The port of metrics and health. */
  public int httpPort() {
    return httpPort;
  }

  /** A client of it. */
  public StreamClient client() {
    return new StreamClient(Vertx.vertx(), grpcPort);
  }

  /** The process that was started; {@code Process.destroy} would close its output unread. */
  public ProcessHandle first() {
    return process.toHandle();
  }

  /** The process that serves. */
  public ProcessHandle serving() {
    return process.children().findFirst().orElseThrow();
  }

  /**
   * Waits until the processes are gone: the end of the output is the end of the second, which has
   * it too.
   *
   * @return the exit code of the first
   */
  public int waitForEnd() throws IOException, InterruptedException {
    while (out.readLine() != null) {
      continue;
    }
    return process.waitFor();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
