package org.fieldstream.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person who mistypes is told: a sentence, where to look, and an exit code. */
class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @Test
  void everyCommandIsListed() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("serve", "train", "models", "verify", "bench");
  }

  @Test
  void misuseIsASentenceAndAPlaceToLook() {
    assertThat(run("bench", "--modle", "x")).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly("Unknown options: '--modle', 'x'", "try: fieldstream-server bench --help");
  }

  @Test
  void optionsThatDoNotFitTogetherAreMisuseToo() {
    assertThat(run("train", "--extents", "5x5", "--coupling", "m2=1", "--coupling", "lambda=1"))
        .isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly(
            "extents: 5 x 5 (expected: multiples of 4, for level 1)",
            "try: fieldstream-server train --help");
  }

  @Test
  void aFileThatIsWrongIsASentence(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("checkpoint.safetensors"), "not at all");
    int code =
        run(
            "train",
            "--extents",
            "4x4",
            "--coupling",
            "m2=1",
            "--coupling",
            "lambda=1",
            "--blocks",
            "0:1",
            "--machine",
            "vector",
            "--out",
            directory.toString());
    assertThat(code).isEqualTo(1);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .startsWith(directory.resolve("checkpoint.safetensors") + ": header of ")
        .endsWith("(remedy: --restart to begin anew, or another --out)");
  }
}
