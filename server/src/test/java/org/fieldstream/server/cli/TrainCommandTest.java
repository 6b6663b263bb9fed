package org.fieldstream.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.model.ModelStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command from its options to the model directory, killed and continued, and misused. */
class TrainCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path data;

  private List<String> arguments(Path directory, int steps) {
    return new ArrayList<>(
        List.of(
            "--extents",
            "4x4",
            "--coupling",
            "m2=-4",
            "--coupling",
            "lambda=7",
            "--id",
            "tiny",
            "--blocks",
            "0:2",
            "--sines",
            "3",
            "--steps",
            String.valueOf(steps),
            "--batch",
            "32",
            "--rate",
            "0.02",
            "--evaluations",
            "4",
            "--machine",
            "vector",
            "--out",
            directory.toString()));
  }

  @Test
  void theModelDirectoryIsOneThatAServerLoads() {
    Path directory = data.resolve("models/tiny");
    List<String> arguments = arguments(directory, 8);
    assertThat(run(arguments)).as(err.toString()).isZero();
    assertThat(directory.resolve("model.json")).isNotEmptyFile();
    assertThat(directory.resolve("weights.safetensors")).isNotEmptyFile();
    assertThat(out.toString())
        .contains(" trained values, on vector (")
        .containsPattern("step +2  loss +-?\\d+\\.\\d+  ESS/N 0\\.\\d+  acceptance 0\\.\\d+")
        .containsPattern("step +8  loss")
        .contains("written to " + directory);
    Model model = ModelStore.load(data).find("tiny").orElseThrow();
    assertThat(model.target()).isNotNull();
    assertThat(model.target().extents()).containsExactly(4, 4);
    assertThat(model.target().couplings()).containsEntry("lambda", 7.0).containsEntry("m2", -4.0);
    assertThat(model.facts())
        .containsEntry("training_command", "train " + String.join(" ", arguments))
        .containsEntry("training_steps", "8");
  }

  @Test
  void killedItGoesOnToWhatItWouldHaveBeen() throws IOException, InterruptedException {
    Path killed = data.resolve("killed");
    Path whole = data.resolve("whole");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--add-modules=jdk.incubator.vector");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("org.fieldstream.server.Main");
    command.add("train");
    command.addAll(arguments(killed, 60));
    File log = data.resolve("log").toFile();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    try {
      Path checkpoint = killed.resolve("checkpoint.safetensors");
      await()
          .atMost(Duration.ofSeconds(120))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> Files.exists(checkpoint) || !process.isAlive());
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(killed.resolve("checkpoint.safetensors"))
        .as(Files.readString(log.toPath()))
        .exists();
    assertThat(run(arguments(killed, 60))).as(err.toString()).isZero();
    assertThat(out.toString()).contains("going on from step ");
    assertThat(run(arguments(whole, 60))).isZero();
    assertThat(killed.resolve("weights.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("weights.safetensors"));
  }

  @Test
  void misuseIsToldInALine() {
    misused("extents: 4 x 5 (expected: multiples of 2, for level 0)", "--extents", "4x5");
    misused("theory: phi6 (expected: phi4 or u1)", "--theory", "phi6");
    misused("couplings.beta: unknown (expected: m2 and lambda, ", "--coupling", "beta=1");
    misused("couplings.lambda: NaN (expected: a finite number >= 0)", "--coupling", "lambda=NaN");
    misused(
        "form: whole (expected: split, ode, affine, diffusion or plaquette)", "--form", "whole");
    misused("--from: cluster (expected: with --form diffusion only)", "--from", "cluster");
    misused("blocks: given with --form diffusion (expected: ", "--form", "diffusion");
    misused("blocks: 0 (expected: LEVEL:LAYERS,..., such as 2:4,1:4,0:6)", "--blocks", "0");
    misused("extents: 4 x 4 (expected: multiples of 8, for level 2)", "--blocks", "2:1");
    misused("overlap: 0.7 (expected: 0 to 0.5)", "--overlap", "0.7");
    misused("blocks: given with --form affine (expected: the split form only)", "--form", "affine");
    misused("modes: 2 (expected: an odd number >= 1)", "--form", "ode", "--ode-modes", "2");
    misused("rate: 2.0 (expected: > 0 and < 1)", "--rate", "2");
    misused("machine: abacus (expected: auto, vector, ", "--machine", "abacus");
    misused("Invalid value for option '--steps': 'many' is not an int", "--steps", "many");
    misused("Unknown option: '--epochs'", "--epochs");
    misused(
        data.resolve("none") + ": " + data.resolve("none/model.json") + " (expected: a directory",
        "--start",
        data.resolve("none").toString());
    // Found by its id, and then it does not fit.
    misused("start: 2 sines (expected: 3)", "--start", "phi4-continuous-8x8");
    assertThat(data.resolve("misused/model.json")).doesNotExist();
  }

  @Test
  void misuseOfDiffusionIsToldInALine() {
    diffusionMisused("ensemble: none (expected: --ensemble NAME, or --from cluster or hmc)");
    diffusionMisused("from: local (expected: cluster or hmc)", "--from", "local");
    diffusionMisused(
        "widths: 1;2 (expected: numbers > 0 separated by commas)",
        "--from",
        "hmc",
        "--widths",
        "1;2");
    diffusionMisused(
        "levels: 7 (expected: as many as modes at least, 1024 at most)",
        "--from",
        "hmc",
        "--levels",
        "7");
    diffusionMisused(
        "score: guess (expected: action or denoising)", "--from", "hmc", "--score", "guess");
    diffusionMisused(
        "configurations: 1 (expected: >= 2)", "--from", "hmc", "--configurations", "1");
    diffusionMisused("every: 0 (expected: >= 1)", "--from", "hmc", "--every", "0");
    diffusionMisused(
        "every: 3 (expected: with --from CHAIN only; stored states are all taken)",
        "--ensemble",
        "mine",
        "--every",
        "3");
    diffusionMisused("ensemble: two (expected: ", "--from", "hmc", "--ensemble", "mine");
    assertThat(data.resolve("misused")).doesNotExist();
  }

  @Test
  void misuseOfDiffusionOfLinksIsToldInALine() {
    for (String[] given :
        new String[][] {
          {"--from", "exact", "every: 3 (expected: with --from CHAIN only; exact draws are"},
          {"--ensemble", "mine", "every: 3 (expected: with --from CHAIN only; stored states are"}
        }) {
      List<String> arguments = new ArrayList<>(List.of("--form", "diffusion", "--theory", "u1"));
      arguments.addAll(List.of("--extents", "4x4", "--coupling", "beta=1", "--machine", "vector"));
      arguments.addAll(List.of("--out", data.resolve("misused").toString()));
      arguments.addAll(List.of("--data", data.toString(), "--every", "3", given[0], given[1]));
      err.getBuffer().setLength(0);
      assertThat(run(arguments)).isEqualTo(2);
      assertThat(err.toString()).startsWith(given[2]);
    }
  }

  @Test
  void aScoreOfNothingIsRefusedBeforeTheFit() {
    String directory = data.resolve("misused").toString();
    List<String> arguments =
        List.of(
            "--theory",
            "u1",
            "--form",
            "diffusion",
            "--from",
            "exact",
            "--extents",
            "4x4",
            "--coupling",
            "beta=0",
            "--machine",
            "vector",
            "--out",
            directory);
    assertThat(run(arguments)).isEqualTo(2);
    assertThat(err.toString()).startsWith("couplings.beta: 0.0 (expected: > 0, ");
    assertThat(data.resolve("misused")).doesNotExist();
  }

  private void diffusionMisused(String message, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("--form", "diffusion", "--extents", "4x4", "--coupling", "kappa=0.2"));
    arguments.addAll(List.of("--coupling", "lambda_h=0.02", "--machine", "vector"));
    arguments.addAll(List.of("--out", data.resolve("misused").toString()));
    arguments.addAll(List.of("--data", data.toString()));
    arguments.addAll(List.of(more));
    err.getBuffer().setLength(0);
    assertThat(run(arguments)).as(message).isEqualTo(2);
    assertThat(err.toString().lines().findFirst().orElse("")).startsWith(message);
  }

  /** Each pair changes an option of a good command line, or adds one. */
  private void misused(String message, String... change) {
    List<String> arguments = arguments(data.resolve("misused"), 2);
    int at = arguments.indexOf(change[0].equals("--coupling") ? "lambda=7" : change[0]);
    if (at < 0) {
      arguments.addAll(List.of(change));
    } else if (change[0].equals("--coupling")) {
      arguments.set(at, change[1]);
    } else {
      arguments.set(at + 1, change[1]);
    }
    if (List.of(change).contains("ode")) {
      arguments.remove("--blocks");
      arguments.remove("0:2");
    }
    err.getBuffer().setLength(0);
    assertThat(run(arguments)).as(message).isEqualTo(2);
    assertThat(err.toString().lines().findFirst().orElse("")).startsWith(message);
  }

  private int run(List<String> arguments) {
    return new CommandLine(new TrainCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments.toArray(String[]::new));
  }
}
