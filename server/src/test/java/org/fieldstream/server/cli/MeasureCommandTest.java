package org.fieldstream.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fieldstream.server.testing.ShippedCopy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What cannot be measured is told in a line that says why. */
class MeasureCommandTest {
  @TempDir private Path data;

  @Test
  void aScoreOfPlaquettesIsMeasuredByItsTrainingOnly() throws IOException {
    Path directory = data.resolve("models/mine");
    ShippedCopy.of("u1-diffusion", "mine", directory);
    String before = Files.readString(directory.resolve("model.json"));
    assertThat(run(directory))
        .isEqualTo(
            directory
                + ": a diffusion model of plaquettes, measured by train only (expected: a flow, or"
                + " a diffusion model of phi4)\n");
    assertThat(directory.resolve("model.json")).hasContent(before);
  }

  @Test
  void aDirectoryThatIsNoModelIsNamed() {
    assertThat(run(data.resolve("none")))
        .contains(
            "none/model.json (expected: a directory with model.json and weights.safetensors)");
  }

  /** What a failing command says. */
  private static String run(Path directory) {
    StringWriter err = new StringWriter();
    int code =
        new CommandLine(new MeasureCommand())
            .setErr(new PrintWriter(err, true))
            .execute("--machine", "vector", directory.toString());
    assertThat(code).isEqualTo(1);
    return err.toString();
  }
}
