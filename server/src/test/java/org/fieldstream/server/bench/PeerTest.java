package org.fieldstream.server.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Peers are shell scripts here: what is asked of them, and what is made of their answers. */
@DisabledOnOs(OS.WINDOWS)
class PeerTest {
  /** As a real one prints it. */
  private static final String ANSWER =
      "<m>=0.00123 +- 0.00456 tau_int=149.37  <|m|>=0.39 +- 0.001 tau_int=41.02"
          + "  chi2=196.1 +- 1.2 tau_int=44.00  xi=5.1234 L/xi=6.25\n"
          + "L=32 m2=-4 lam=4.572 acc=0.756 traj/s=21345 leapfrog-sweeps/s=298830"
          + " site-updates/s=3.06e+08 cpu=2.3s\n";

  @TempDir private Path directory;

  @Test
  void theAnswerIsReadAndTheQuestionIsWhole() throws IOException {
    Path asked = directory.resolve("asked");
    Path answer = Files.writeString(directory.resolve("answer"), ANSWER);
    Peer.Run run =
        peer("echo \"$@\" > '" + asked + "'; cat '" + answer + "'").run(32, -4, 4.572, 5000);
    assertThat(run.perCpuSecond()).isEqualTo(21345);
    assertThat(run.tauInt()).isEqualTo(149.37);
    assertThat(run.slowest()).isEqualTo("m");
    assertThat(run.tauIntError()).isBetween(100.0, 200.0); // 5000 trajectories are few
    assertThat(run.acceptance()).isEqualTo(0.756);
    assertThat(asked).hasContent("32 -4.0 4.572 5000 14 1.0");
  }

  @Test
  void theSlowestObservableCounts() throws IOException {
    Peer.Run run =
        peer("echo 'traj/s=9 <m>=0 +- 1 tau_int=7.5 <|m|>=1 +- 1 tau_int=9.25 chi2=2 +- 1 tau_int=nan'")
            .run(8, -4, 6, 100_000);
    assertThat(run.tauInt()).isEqualTo(9.25);
    assertThat(run.slowest()).isEqualTo("<|m|>");
    assertThat(run.tauIntError()).isBetween(0.1, 1.0);
  }

  @Test
  void stepsGrowWithTheFourthRootOfTheVolume() {
    assertThat(Peer.steps(8)).isEqualTo(10);
    assertThat(Peer.steps(16)).isEqualTo(12);
    assertThat(Peer.steps(32)).isEqualTo(14);
  }

  @Test
  void aPeerThatFailsIsQuoted() throws IOException {
    Peer peer = peer("echo 'out of paper' >&2; exit 3");
    assertThatThrownBy(() -> peer.run(8, -4, 6, 100))
        .isInstanceOf(PeerException.class)
        .hasMessageMatching(
            "--peer: .*/peer: exit code 3; it printed: out of paper \\(expected: a program that"
                + " takes L m2 lambda trajectories steps length and prints .*\\)");
  }

  @Test
  void aPeerThatSaysNothingOrNonsenseIsRefused() throws IOException {
    Peer silent = peer("exit 0");
    assertThatThrownBy(() -> silent.run(8, -4, 6, 100))
        .hasMessageContaining("no traj/s; it printed: nothing (expected: ");
    Peer half = peer("echo traj/s=100");
    assertThatThrownBy(() -> half.run(8, -4, 6, 100))
        .hasMessageContaining("no tau_int of <m>; it printed: traj/s=100 (expected: ");
    Peer lost = peer("echo traj/s=nan");
    assertThatThrownBy(() -> lost.run(8, -4, 6, 100))
        .hasMessageContaining("traj/s is nan; it printed: ");
    Peer stuck = peer("echo 'traj/s=100 <m>=0 +- 0 tau_int=inf'");
    assertThatThrownBy(() -> stuck.run(8, -4, 6, 100))
        .hasMessageContaining("tau_int of <m> is inf; it printed: ");
  }

  @Test
  void aPeerThatIsNotThereIsNamed() {
    Peer peer = new Peer(directory.resolve("nothing"));
    assertThatThrownBy(() -> peer.run(8, -4, 6, 100))
        .isInstanceOf(PeerException.class)
        .hasMessageStartingWith("--peer: " + directory.resolve("nothing") + ": ")
        .hasMessageEndingWith("(expected: a program to run)");
  }

  private Peer peer(String script) throws IOException {
    Path path = Files.writeString(directory.resolve("peer"), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
    return new Peer(path);
  }
}
