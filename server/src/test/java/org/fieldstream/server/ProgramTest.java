package org.fieldstream.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Predicate;
import org.fieldstream.server.testing.HttpGet;
import org.fieldstream.server.testing.ServerProgram;
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

  @Test
  void aPlainStartGetsTheVectorModuleAndTheExitCode() throws Exception {
    Process good = ServerProgram.run("serve", "--print-config");
    String out = new String(good.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(good.waitFor()).isZero();
    assertThat(out).contains("grpcPort: 7420");
    assertThat(ServerProgram.run("serve", "--nonsense").waitFor()).isEqualTo(2);
  }

  private static boolean isFree(int port) throws IOException {
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
      return taken.isBound();
    }
  }

  /** Starts a server, ends it somehow, and sees that its ports are free. */
  private static int startAndEnd(Predicate<ProcessHandle> end) throws Exception {
    try (ServerProgram program = ServerProgram.serve("--machine", "vector")) {
      assertThat(new HttpGet(program.httpPort()).status("/readyz")).isEqualTo(200);
      assertThat(end.test(program.first())).isTrue();
      int code = program.waitForEnd();
      // A process that is killed closes its output a moment before its ports.
      await()
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptionsMatching(BindException.class::isInstance)
          .until(() -> isFree(program.httpPort()));
      return code;
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
