package org.fieldstream.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

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
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the peers of the test are shell scripts")
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
        .contains("8 x 8: thermalising hmc", "8 x 8: thermalising cluster")
        .containsPattern(
            "8 x 8: round 3 of 3, per CPU-second: phi4-continuous-8x8 [\\d,]+, hmc [\\d,]+, cluster"
                + " [\\d,]+, peer 16,000")
        .containsPattern("(?m)^cpu +\\S+")
        .containsPattern("(?m)^machine +vector \\(\\d+ lanes, 1 threads\\)$")
        .containsPattern(
            "(?m)^ +8  phi4-continuous-8x8 +[\\d,]+ \\+- \\d+ % +0\\.9[89]\\d\\d \\+- 0\\.\\d{4}"
                + " +[\\d,]+ \\+- \\d+ % +x [\\d.]+ +x [\\d.]+ *$")
        .containsPattern("(?m)^ +hmc +[\\d,]+ \\+- \\d+ % +m: [\\d.]+ \\+- [\\d.]+ +[\\d,.]+ \\+- ")
        .containsPattern(
            "(?m)^ +cluster +[\\d,]+ \\+- \\d+ % +\\S+: [\\d.]+ \\+- [\\d.]+ +[\\d,.]+ ")
        .containsPattern("(?m)^ +peer +16,000 \\+- 0 % +m: 16\\.00 \\+- [\\d.]+ +1,000 \\+- \\d+ %")
        .containsPattern(
            "(?m)^L = 8: (?=.*phi4-continuous-8x8).*(better choice|equally well): .*\\.$")
        .contains("8 x 8, m2 = -4.0, lambda = 6.008\n", "phi4-continuous-8x8: ESS over ")
        .containsPattern("hmc: 64 chains, \\d+ trajectories each, of \\d+ minimum-norm")
        .contains("peer: trajectories of 10 leapfrog steps; acceptance 0.900")
        .containsPattern(
            "the peer's algorithm here, 10 leapfrog steps: [\\d,]+ trajectories per CPU-second,"
                + " [\\d.]+ \\+- [\\d.]+ times the peer's; acceptance 0\\.8[678]");
    JsonNode lattice = new ObjectMapper().readTree(json.toFile()).path("lattices").path(0);
    assertThat(lattice.path("extent").asInt()).isEqualTo(8);
    assertThat(out.toString()).contains(lattice.path("verdict").asText());
    JsonNode flow = lattice.path("rows").path(0);
    assertThat(flow.path("name").asText()).isEqualTo("phi4-continuous-8x8");
    assertThat(flow.path("kind").asText()).isEqualTo("flow");
    assertThat(flow.path("draws").asInt()).isGreaterThanOrEqualTo(4096);
    assertThat(flow.path("ess_fraction").asDouble()).isBetween(0.98, 1.0);
    assertThat(flow.path("ess_fraction_error").asDouble()).isBetween(1e-5, 0.005);
    assertThat(flow.path("independent_per_cpu_second").asDouble())
        .isCloseTo(
            flow.path("samples_per_cpu_second").path("median").asDouble()
                * flow.path("ess_fraction").asDouble(),
            withinPercentage(1e-6));
    assertThat(flow.path("samples_per_cpu_second").path("rounds")).hasSize(3);
    // The C program finds 7.5 at 10 leapfrog steps; HMC's own steps are not the same.
    JsonNode hmc = lattice.path("rows").path(1);
    assertThat(hmc.path("two_tau_int").asDouble()).isBetween(4.0, 30.0);
    // Clusters turn m over at every step, what is left is the modulus.
    JsonNode cluster = lattice.path("rows").path(2);
    assertThat(cluster.path("name").asText()).isEqualTo("cluster");
    assertThat(cluster.path("two_tau_int").asDouble()).isBetween(1.2, 4.0);
    JsonNode other = lattice.path("rows").path(3);
    assertThat(other.path("kind").asText()).isEqualTo("peer");
    assertThat(other.path("independent_per_cpu_second").asDouble()).isEqualTo(1000);
    JsonNode same = lattice.path("algorithm_of_peer_here");
    assertThat(same.path("over_peer").path("median").asDouble())
        .isCloseTo(
            same.path("trajectories_per_cpu_second").path("median").asDouble() / 16_000,
            withinPercentage(1e-6));
  }

  @Test
  void gaugeTheoryHasRowsOfItsOwn() throws IOException {
    Path model = directory.resolve("models/tiny-u1");
    String train =
        "--theory u1 --extents 4x4 --coupling beta=1 --id tiny-u1 --plaquette-layers 3 --steps 20"
            + " --batch 32 --rate 0.03 --evaluations 1 --machine vector --out "
            + model;
    int trained =
        new CommandLine(new TrainCommand())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(train.split(" "));
    assertThat(trained).as(err.toString()).isZero();
    Path peer = script("echo 'Q=0+-0.1 tau=50.0 Q2=1+-0.1 tau=40.0 acc=0.9 traj/cpu-s=20000'");
    int code =
        run(
            "--quick",
            "--rounds",
            "3",
            "--data",
            directory.toString(),
            "--model",
            "tiny-u1",
            "--start",
            "tiny-u1",
            "--peer-u1",
            peer.toString());
    assertThat(code).as(err.toString()).isZero();
    assertThat(out.toString())
        .containsPattern("(?m)^ u1 4  tiny-u1 +[\\d,]+ \\+- \\d+ % +0\\.\\d{4} \\+- ")
        .containsPattern("(?m)^ +exact +[\\d,]+ \\+- \\d+ % +1\\.0000 \\+- 0\\.0000 ")
        .containsPattern("(?m)^ +hmc +[\\d,]+ \\+- \\d+ % +\\S+: [\\d.]+ \\+- ")
        .containsPattern("(?m)^ +local +[\\d,]+ \\+- \\d+ % +\\S+: [\\d.]+ \\+- ")
        .containsPattern("(?m)^ +winding +[\\d,]+ \\+- \\d+ % +\\S+: [\\d.]+ \\+- ")
        .containsPattern("(?m)^ +peer +20,000 \\+- 0 % +Q: 100\\.00 \\+- [\\d.]+ +200 \\+- ")
        .containsPattern("(?m)^U\\(1\\), L = 4: .*tiny-u1.*\\.$")
        .contains("4 x 4, beta = 1.0\n", "peer: trajectories of 16 leapfrog steps")
        .contains("u1 4 x 4: starting from states of tiny-u1: hmc")
        .contains(
            "hmc: started from states of the Metropolis chain on tiny-u1, 64 chains from thermal"
                + " configurations, ")
        .containsPattern("2 tau_int of Q [\\d.]+ \\+- [\\d.]+, \\|Q\\| .*, S [\\d.]+ \\+- ");
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
    // An annealed model is measured beside the flows whose lattice it takes.
    assertThat(run("--model", "u1-diffusion", "--start", "hmc")).isEqualTo(2);
    assertThat(err.toString())
        .contains(
            "--start: hmc (expected: one that is measured: u1-continuous-16x16, u1-diffusion)");
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
