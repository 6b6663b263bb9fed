package org.fieldstream.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fieldstream.server.testing.HttpGet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/** The program as people start it. */
@Timeout(300)
final class ProgramTest {
  private record Ran(int code, String out, String err) {}

  private static Ran run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err, true));
    int code = command.execute(arguments);
    return new Ran(code, out.toString(), err.toString());
  }

  @Test
  void theConfigurationIsPrinted() {
    Ran ran = run("serve", "--print-config", "--grpc-port", "5", "--set", "session.maxSites=64");
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).contains("  grpcPort: 5  # flag").contains("  maxSites: 64  # flag");
  }

  @Test
  void misuseIsTold() {
    assertThat(run("serve", "--grpc-prt", "5").code()).isEqualTo(2);
    Ran typo = run("serve", "--set", "sesion.maxSites=64");
    assertThat(typo.code()).isEqualTo(1);
    assertThat(typo.err().strip())
        .isEqualTo("sesion.maxSites: unknown key (expected: session.maxSites?), from flag");
  }

  @Test
  void aPortInUseIsToldWithItsRemedy() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = Integer.toString(taken.getLocalPort());
      Ran ran = run("serve", "--machine", "vector", "--grpc-port", port, "--http-port", "0");
      assertThat(ran.code()).isEqualTo(1);
      assertThat(ran.err())
          .startsWith(
              "server.grpcPort: "
                  + port
                  + " on 127.0.0.1 (expected: a free port; stop the program that uses it, or choose"
                  + " another with --grpc-port)");
      ran = run("serve", "--machine", "vector", "--grpc-port", "0", "--http-port", port);
      assertThat(ran.code()).isEqualTo(1);
      assertThat(ran.err()).contains("server.httpPort: " + port, "--http-port");
    }
  }

  /** Without the Vector API's module on the command line, as {@code java -jar} starts it. */
  private static Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  @Test
  void aPlainStartGetsTheVectorModuleAndTheExitCode() throws Exception {
    Process good = start("serve", "--print-config");
    String out = new String(good.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(good.waitFor()).isZero();
    assertThat(out).contains("grpcPort: 7420");
    assertThat(start("serve", "--nonsense").waitFor()).isEqualTo(2);
  }

  /** Starts a server, waits for its ports, ends it somehow, and sees that its ports are free. */
  private static int startAndEnd(Predicate<ProcessHandle> end) throws Exception {
    Process process = start("serve", "--machine", "vector", "--grpc-port", "0", "--http-port", "0");
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      Matcher port = Pattern.compile("http://127.0.0.1:(\\d+)/").matcher("");
      String line = out.readLine();
      while (line != null && !port.reset(line).find()) {
        line = out.readLine();
      }
      assertThat(line).isNotNull();
      int http = Integer.parseInt(port.group(1));
      assertThat(new HttpGet(http).status("/readyz")).isEqualTo(200);
      // By its handle: Process.destroy would close the stream that is read below.
      assertThat(end.test(process.toHandle())).isTrue();
      // The end of its output is the end of the second process, which has it too.
      while (line != null) {
        line = out.readLine();
      }
      int code = process.waitFor();
      new ServerSocket(http, 1, InetAddress.getByName("127.0.0.1")).close();
      return code;
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void sigtermDrainsAndFreesThePorts() throws Exception {
    assertThat(startAndEnd(ProcessHandle::destroy)).isEqualTo(143);
  }

  @Test
  void sigkillLeavesNothingBehind() throws Exception {
    assertThat(startAndEnd(ProcessHandle::destroyForcibly)).isEqualTo(137);
  }
}
