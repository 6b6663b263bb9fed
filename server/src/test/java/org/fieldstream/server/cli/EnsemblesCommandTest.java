package org.fieldstream.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fieldstream.server.model.FlowFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class EnsemblesCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path data;

  private int run(String... arguments) {
    return new CommandLine(new EnsemblesCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  @Test
  void aModelsCertificateIsNotedInItsDescription() throws IOException {
    Path model = data.resolve("models/mine");
    Files.createDirectories(model);
    for (String file : new String[] {FlowFiles.DESCRIPTION, FlowFiles.WEIGHTS}) {
      try (InputStream in = getClass().getResourceAsStream("/models/phi4-continuous-8x8/" + file)) {
        byte[] bytes = in.readAllBytes();
        Files.write(
            model.resolve(file),
            file.equals(FlowFiles.WEIGHTS)
                ? bytes
                : new String(bytes, StandardCharsets.UTF_8)
                    .replace("phi4-continuous-8x8", "mine")
                    .getBytes(StandardCharsets.UTF_8));
      }
    }
    String digest = FlowFiles.read(model).digest();
    int code = run("certify", "--model", "mine", "--data", "" + data, "-n", "500");
    assertThat(code).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("mine METROPOLIS at [8, 8]: PASSED", "sd_field", "drift_abs_m", "9 of 10 cases")
        .contains("noted in ");
    assertThat(FlowFiles.read(model).facts().get("certificate.METROPOLIS")).startsWith("passed: ");
    assertThat(FlowFiles.read(model).digest()).isEqualTo(digest);
  }

  @Test
  void aSubjectIsAskedFor() {
    assertThat(run("certify", "--data", "" + data)).isEqualTo(2);
    assertThat(err.toString())
        .contains("subject: none (expected: the NAME of an ensemble, or --model ID)");
  }

  @Test
  void anEmptyDirectoryHasNoEnsembles() {
    assertThat(run("list", "--data", "" + data)).isZero();
    assertThat(out.toString()).startsWith("ensemble").hasLineCount(1);
  }
}
