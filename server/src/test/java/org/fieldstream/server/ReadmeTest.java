package org.fieldstream.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fieldstream.kernels.machine.MachineLineup;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.model.ModelStore;
import org.fieldstream.server.testing.Programs;
import org.fieldstream.server.testing.Programs.Ran;
import org.fieldstream.server.testing.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How the README subscribes from Python works as it stands there, but for the port. */
@Timeout(300)
final class ReadmeTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final Pattern LINE =
      Pattern.compile("(\\d+) \\((\\d+), 1, 8, 8\\) ([0-9.]+) ([0-9.]+)");

  @TempDir private Path directory;

  private Ran run(List<String> command) throws InterruptedException {
    return Programs.run(directory, command);
  }

  /** The one match of a pattern's group in the README. */
  private static String readme(String regex) throws IOException {
    Matcher found =
        Pattern.compile(regex, Pattern.DOTALL | Pattern.MULTILINE)
            .matcher(Files.readString(ROOT.resolve("README.md")));
    assertThat(found.find()).as(regex).isTrue();
    String text = found.group(1);
    assertThat(found.find()).as("another " + regex).isFalse();
    return text;
  }

  @Test
  void thePythonThatSubscribesRuns() throws Exception {
    Optional<String> python = Programs.python(directory, "grpc, numpy, google.protobuf");
    assumeTrue(
        python.isPresent() && run(List.of("protoc", "--version")).code() == 0,
        "needs python3 with grpc, numpy and protobuf, and protoc: on Debian, python3-grpcio"
            + " python3-numpy python3-protobuf protobuf-compiler");
    Path proto = Files.createSymbolicLink(directory.resolve("proto"), ROOT.resolve("proto"));
    Ran classes = run(List.of(readme("^ {4}(protoc [^\n]*)$").split(" ")));
    Files.delete(proto);
    assertThat(classes.code()).as(classes.out()).isZero();
    Model flow = ModelStore.bundled().find("phi4-continuous-8x8").orElseThrow();
    try (TestServer server = TestServer.start(MachineLineup.only(new VectorMachine(2)), flow)) {
      String script = readme("^```python\n(import grpc.*?)^```");
      String address = "127.0.0.1:" + server.server().grpcPort();
      assertThat(script).contains("127.0.0.1:7420");
      Ran ran = run(List.of(python.get(), "-c", script.replace("127.0.0.1:7420", address)));
      assertThat(ran.code()).as(ran.out()).isZero();
      assertStreamed(ran.out());
    }
  }

  /**
   * 4096 configurations: the errors of their means are 0.0005 and 0.004; five sigma are allowed.
   */
  private static void assertStreamed(String out) {
    long next = 0;
    double phi2 = 0;
    double accepted = 0;
    for (String line : out.lines().toList()) {
      Matcher batch = LINE.matcher(line);
      assertThat(batch.matches()).as(line).isTrue();
      assertThat(Long.parseLong(batch.group(1))).isEqualTo(next);
      long count = Long.parseLong(batch.group(2));
      next += count;
      phi2 += count * Double.parseDouble(batch.group(3));
      accepted += count * Double.parseDouble(batch.group(4));
    }
    assertThat(next).isEqualTo(4096);
    assertThat(phi2 / next).isCloseTo(0.18382, within(0.0025));
    assertThat(accepted / next).isCloseTo(0.957, within(0.02));
  }
}
