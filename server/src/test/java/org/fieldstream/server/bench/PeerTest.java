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
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the peers of the test are shell scripts")
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
        peer("echo \"$@\" > '" + asked + "'; cat '" + answer + "'")
            .run(LatticeTarget.phi4(32, -4, 4.572), 5000);
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
        peer("echo 'traj/s=9 <m>=0 +- 1 tau_int=7.5 <|m|>=1 +- 1 tau_int=9.25 chi2=2 +- 1"
                + " tau_int=nan'")
            .run(LatticeTarget.phi4(8, -4, 6), 100_000);
    assertThat(run.tauInt()).isEqualTo(9.25);
    assertThat(run.slowest()).isEqualTo("<|m|>");
    assertThat(run.tauIntError()).isBetween(0.1, 1.0);
  }

  @Test
  void stepsGrowWithTheFourthRootOfTheVolume() {
    assertThat(Peer.steps(LatticeTarget.phi4(8, -4, 5))).isEqualTo(10);
    assertThat(Peer.steps(LatticeTarget.phi4(16, -4, 5))).isEqualTo(12);
    assertThat(Peer.steps(LatticeTarget.phi4(32, -4, 5))).isEqualTo(14);
  }

  @Test
  void aPeerThatFailsIsQuoted() throws IOException {
    Peer peer = peer("echo 'out of paper' >&2; exit 3");
    assertThatThrownBy(() -> peer.run(LatticeTarget.phi4(8, -4, 6), 100))
        .isInstanceOf(PeerException.class)
        .hasMessageMatching(
            "--peer: .*/peer: exit code 3; it printed: out of paper \\(expected: a program that"
                + " takes L m2 lambda trajectories steps length and prints .*\\)");
  }

  @Test
  void gaugeTheoryIsAskedAndAnsweredInItsOwnWay() throws IOException {
    Path asked = directory.resolve("asked");
    Peer.Run run =
        Peer.u1(
                script(
                    "echo \"$@\" > '"
                        + asked
                        + "'; echo 'Q=0.02100+-0.30000 tau=8012.5 Q2=1.01000+-0.20000 tau=3900.1"
                        + " chi=0.003930+-0.000100 plaq=0.925500 L=16 beta=7 acc=0.912"
                        + " traj/cpu-s=23000'"))
            .run(LatticeTarget.u1(16, 7), 150_000);
    assertThat(run.perCpuSecond()).isEqualTo(23000);
    assertThat(run.tauInt()).isEqualTo(8012.5);
    assertThat(run.slowest()).isEqualTo("Q");
    assertThat(run.acceptance()).isEqualTo(0.912);
    assertThat(asked).hasContent("16 7.0 150000 16");
    Peer wrong = Peer.u1(script("echo traj/s=9"));
    assertThatThrownBy(() -> wrong.run(LatticeTarget.u1(8, 1), 100))
        .hasMessageMatching("--peer-u1: .*: no traj/cpu-s; it printed: traj/s=9 \\(expected: .*");
  }

  @Test
  void aPeerThatSaysNothingOrNonsenseIsRefused() throws IOException {
    Peer silent = peer("exit 0");
    assertThatThrownBy(() -> silent.run(LatticeTarget.phi4(8, -4, 6), 100))
        .hasMessageContaining("no traj/s; it printed: nothing (expected: ");
    Peer half = peer("echo traj/s=100");
    assertThatThrownBy(() -> half.run(LatticeTarget.phi4(8, -4, 6), 100))
        .hasMessageContaining("no tau_int of <m>; it printed: traj/s=100 (expected: ");
    Peer lost = peer("echo traj/s=nan");
    assertThatThrownBy(() -> lost.run(LatticeTarget.phi4(8, -4, 6), 100))
        .hasMessageContaining("traj/s is nan; it printed: ");
    Peer stuck = peer("echo 'traj/s=100 <m>=0 +- 0 tau_int=inf'");
    assertThatThrownBy(() -> stuck.run(LatticeTarget.phi4(8, -4, 6), 100))
        .hasMessageContaining("tau_int of <m> is inf; it printed: ");
  }

  @Test
  void aPeerThatIsNotThereIsNamed() {
    Peer peer = Peer.phi4(directory.resolve("nothing"));
    assertThatThrownBy(() -> peer.run(LatticeTarget.phi4(8, -4, 6), 100))
        .isInstanceOf(PeerException.class)
        .hasMessageStartingWith("--peer: " + directory.resolve("nothing") + ": ")
        .hasMessageEndingWith("(expected: a program to run)");
  }

  private Peer peer(String script) throws IOException {
    return Peer.phi4(script(script));
  }

  private Path script(String script) throws IOException {
    Path path = Files.writeString(directory.resolve("peer"), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
    return path;
  }
}
