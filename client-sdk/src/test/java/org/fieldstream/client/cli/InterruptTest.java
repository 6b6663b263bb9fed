package org.fieldstream.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.fieldstream.client.Main;
import org.fieldstream.client.testing.FakeServer;
import org.fieldstream.client.testing.FakeServer.Plan;
import org.fieldstream.client.testing.FakeStream;
import org.fieldstream.client.testing.NpyReader;
import org.fieldstream.v1.Model;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client as a program of its own, ended from outside. */
class InterruptTest {
  private static final int COUNT = 1400;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRunEndedFromOutsideGoesOn(boolean kill) throws Exception {
    Path out = directory.resolve("run");
    Model model = Model.newBuilder().setId("fake").setGenerator("normals").build();
    // The first call is slow enough to be caught in the middle of it.
    try (FakeServer server =
        new FakeServer(call -> call == 1 ? Plan.serve().every(50) : Plan.serve(), model)) {
      Path log = directory.resolve("log");
      Process client = start(log, server.port(), out);
      await()
          .atMost(Duration.ofMinutes(3))
          .until(() -> Files.exists(out.resolve(RunState.FILE)) && server.written() > 10);
      if (kill) {
        client.destroyForcibly();
      } else {
        client.destroy();
      }
      assertThat(client.waitFor(3, TimeUnit.MINUTES)).isTrue();
      assertThat(client.exitValue()).isNotZero();
      assertThat(out.resolve("fields.npy")).doesNotExist();
      assertThat(out.resolve("metadata.json")).doesNotExist();
      long kept = RunState.read(out).from().nextIndex();
      assertThat(kept).isLessThan(COUNT);
      if (!kill) {
        assertThat(Files.readString(log))
            .contains("partial; go on with: subscribe --resume --out " + out)
            .contains(kept + " configurations of 4 x 4");
        assertThat(kept).isPositive();
      }
      StringWriter err = new StringWriter();
      int status =
          FieldstreamCommand.execute(
              new PrintWriter(new StringWriter()),
              new PrintWriter(err),
              "subscribe",
              "--resume",
              "--out",
              out.toString(),
              "--server",
              "127.0.0.1:" + server.port());
      assertThat(status).as("%s", err).isZero();
      NpyReader fields = NpyReader.read(out.resolve("fields.npy"));
      assertThat(fields.shape()).containsExactly(COUNT, 1, 4, 4);
      for (int i = 0; i < COUNT; i++) {
        assertThat(fields.values()[16 * i + 7]).isEqualTo(FakeStream.field(6, i, 16)[7]);
      }
      assertThat(out.resolve(RunState.FILE)).doesNotExist();
    }
  }

  private static Process start(Path log, int port, Path out) throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    List<String> command =
        List.of(
            java.toString(),
            "-cp",
            classPath,
            Main.class.getName(),
            "subscribe",
            "fake",
            "--seed",
            "6",
            "--count",
            String.valueOf(COUNT),
            "--out",
            out.toString(),
            "--server",
            "127.0.0.1:" + port);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }
}
