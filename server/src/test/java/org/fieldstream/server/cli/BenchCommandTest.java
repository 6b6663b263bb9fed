package org.fieldstream.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command's table, its JSON and its refusals; nothing here depends on how fast things are. */
@DisabledOnOs(OS.WINDOWS)
class BenchCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path directory;

  @Test
  void theTableHasARowForEachContenderAndTheJsonSaysTheSame() throws IOException {
    Path peer = script("echo '<m>=0.0 +- 0.1 tau_int=8.00  L=8 acc=0.9 traj/s=16000'");
    Path json = directory.resolve("bench.json");
    int code =
        run(
            "--quick",
            "--rounds",
            "3",
            "--model",
            "phi4-continuous-8x8",
            "--peer",
            "" + peer,
            "--json",
            "" + json);
    assertThat(code).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("8 x 8: thermalising hmc")
        .contains("8 x 8: round 3 of 3: per CPU-second, flow ", ", hmc ", ", peer 16,000")
        .containsPattern("(?m)^cpu +\\S+")
        .containsPattern("(?m)^machine +vector \\(\\d+ lanes, 1 threads\\)$")
        .containsPattern("(?m)^ +8  flow +[\\d,]+ \\+- \\d+ % +0\\.99\\d\\d +[\\d,]+ *$")
        .containsPattern("(?m)^ +hmc +[\\d,]+ \\+- \\d+ % +[\\d.]+ \\+- [\\d.]+ +[\\d,.]+ +x ")
        .containsPattern("(?m)^ +peer +16,000 \\+- 0 % +8\\.0 +1,000 +x ")
        .contains("L = 8: phi4-continuous-8x8 at m2 = -4.0, lambda = 6.008, ESS over ")
        .containsPattern(
            "hmc: thermalised: 64 chains, \\d+ trajectories each, of \\d+ minimum-norm")
        .contains("peer: trajectories of 10 leapfrog steps; acceptance 0.900");
    JsonNode row = new ObjectMapper().readTree(json.toFile()).path("rows").path(0);
    assertThat(row.path("model").asText()).isEqualTo("phi4-continuous-8x8");
    assertThat(row.path("flow").path("draws").asInt()).isGreaterThanOrEqualTo(4096);
    assertThat(row.path("flow").path("ess_fraction").asDouble()).isBetween(0.98, 1.0);
    assertThat(row.path("peer").path("independent_per_cpu_second").asDouble()).isEqualTo(1000);
    double independent = row.path("flow").path("independent_per_cpu_second").asDouble();
    assertThat(independent).isPositive();
    assertThat(row.path("flow_over_peer").asDouble())
        .isCloseTo(independent / 1000, within(1e-9 * independent));
    // The C program finds 7.5 at 10 leapfrog steps; HMC's own steps are not the same.
    assertThat(row.path("hmc").path("tau_int_m").asDouble()).isBetween(2.0, 15.0);
  }

  @Test
  void aPeerThatFailsIsOneLineBeforeAnythingIsMeasured() throws IOException {
    Path peer = script("echo 'Segmentation fault'; exit 139");
    assertThat(run("--quick", "--peer", peer.toString())).isEqualTo(1);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString().lines().toList())
        .singleElement()
        .asString()
        .startsWith(
            "--peer: " + peer + ": exit code 139; it printed: Segmentation fault (expected: ");
  }

  @Test
  void misuseIsTold() {
    assertThat(run("--model", "hmc")).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("--model: hmc (expected: one of phi4-continuous-8x8, phi4-continuous-16x16");
    assertThat(run("--rounds", "2")).isEqualTo(2);
    assertThat(err.toString()).contains("--rounds: 2 (expected: >= 3)");
    assertThat(run("--threads", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("--threads: 0 (expected: >= 1)");
  }

  private Path script(String text) throws IOException {
    Path path = Files.writeString(directory.resolve("peer"), "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
    return path;
  }

  private int run(String... arguments) {
    return new CommandLine(new BenchCommand(Backends::models))
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
