package org.fieldstream.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fieldstream.client.testing.FakeServerMain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo with a real child process, whose jar is a fake server's. */
class DemoTest {
  @TempDir Path directory;

  @Test
  void startsAServerStreamsComparesAndStopsIt() throws IOException {
    Path jar = jar(FakeServerMain.class.getName());
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        FieldstreamCommand.execute(
            new PrintWriter(out),
            new PrintWriter(err),
            "demo",
            "--server-jar",
            jar.toString(),
            "--count",
            "700");
    assertThat(status).as("%s", err).isZero();
    assertThat(err.toString())
        .containsPattern("server: gRPC 127.0.0.1:\\d+, metrics http://127.0.0.1:\\d+/metrics")
        .contains("model: phi4-fake-8x8, phi4 8 x 8 lambda=6.008 m2=-4");
    // Standard normals are not this theory: the pull says so.
    assertThat(out.toString())
        .containsPattern("phi2 +[\\d.]+ \\+- [\\d.]+ .* 0.183824 \\+- 0.000039 +\\+\\d\\d+")
        .contains("700 configurations of 8 x 8")
        .contains("fieldstream_configurations_total{model=\"phi4-fake-8x8\"} 7.0");
  }

  @Test
  void stopsAfterItsTime() throws IOException {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        FieldstreamCommand.execute(
            new PrintWriter(out),
            new PrintWriter(err),
            "demo",
            "--server-jar",
            jar(FakeServerMain.class.getName()).toString(),
            "--seconds",
            "1");
    assertThat(status).as("%s", err).isZero();
    assertThat(out.toString()).contains("configurations of 8 x 8, METROPOLIS, seed 1");
  }

  @Test
  void aServerThatEndsAtOnceLeavesItsLastWords() throws IOException {
    Path jar = jar("no.such.MainClass");
    StringWriter err = new StringWriter();
    int status =
        FieldstreamCommand.execute(
            new PrintWriter(new StringWriter()),
            new PrintWriter(err),
            "demo",
            "--server-jar",
            jar.toString());
    assertThat(status).isEqualTo(1);
    assertThat(err.toString())
        .contains("error: server: ended with status 1 before it was ready; its last words:")
        .contains("no.such.MainClass");
  }

  @Test
  void theServersDirectoryGoesWithIt() throws IOException {
    ServerProcess server = ServerProcess.start(jar(FakeServerMain.class.getName()));
    Path data = server.directory();
    try (server) {
      server.awaitReady(Duration.ofMinutes(3));
      assertThat(data).isDirectory();
      assertThat(server.metrics()).contains("fieldstream_");
    }
    assertThat(data).doesNotExist();
  }

  private Path jar(String mainClass) throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.put(Attributes.Name.MAIN_CLASS, mainClass);
    attributes.put(
        Attributes.Name.CLASS_PATH,
        Stream.of(classPath.split(File.pathSeparator))
            .map(entry -> Path.of(entry).toUri().toString())
            .collect(Collectors.joining(" ")));
    Path jar = directory.resolve(mainClass + ".jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest)) {
      out.finish();
    }
    return jar;
  }
}
