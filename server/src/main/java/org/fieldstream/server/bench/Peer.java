package org.fieldstream.server.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.U1;

/**
 * Another program that runs HMC on a square lattice, to compare with. For phi^4: {@code PROGRAM L
 * m2 lambda TRAJECTORIES STEPS LENGTH}, which prints {@code traj/s=...} (per CPU-second) and {@code
 * <m>=... +- ... tau_int=...}. For U(1): {@code PROGRAM L beta TRAJECTORIES STEPS}, which prints
 * {@code traj/cpu-s=...} and {@code Q=...+-... tau=...}.
 */
public final class Peer {
  /** What is asked and answered, by theory. */
  private enum Protocol {
    PHI4(
        Phi4.NAME,
        "--peer",
        "L m2 lambda trajectories steps length and prints traj/s= and <m>=... +- ... tau_int=",
        "traj/s",
        "traj/s=(\\S+)",
        "tau_int of <m>",
        "<m>=\\S+ \\+- \\S+ tau_int=(\\S+)",
        "(\\S+)=\\S+ \\+- \\S+ tau_int=(\\d[\\d.eE+-]*)"),
    GAUGE(
        U1.NAME,
        "--peer-u1",
        "L beta trajectories steps and prints traj/cpu-s= and Q=...+-... tau=",
        "traj/cpu-s",
        "traj/cpu-s=(\\S+)",
        "tau of Q",
        "\\bQ=\\S+ tau=(\\S+)",
        "(\\S+)=[^=\\s]+ tau=(\\d[\\d.eE+-]*)");

    private final String theory;

    /** Of the command line, for messages. */
    private final String option;

    /** Arguments and answer, for messages. */
    private final String usage;

    private final String rateName;
    private final Pattern rate;

    /** The tau_int that must be there. */
    private final String tauName;

    private final Pattern tau;

    /** Any observable and its tau_int. */
    private final Pattern anyTau;

    Protocol(
        String theory,
        String option,
        String usage,
        String rateName,
        String rate,
        String tauName,
        String tau,
        String anyTau) {
      this.theory = theory;
      this.option = option;
      this.usage = usage;
      this.rateName = rateName;
      this.rate = Pattern.compile(rate);
      this.tauName = tauName;
      this.tau = Pattern.compile(tau);
      this.anyTau = Pattern.compile(anyTau);
    }
  }

  private static final Pattern ACCEPTANCE = Pattern.compile("\\bacc=(\\S+)");
  private static final long PATIENCE_MINUTES = 10;
  private static final int SHOWN = 120;

  /** Steps of the U(1) program: an acceptance of about 0.9 on 16 x 16 at beta = 7. */
  private static final int GAUGE_STEPS = 16;

  private final Path program;
  private final Protocol protocol;

  private Peer(Path program, Protocol protocol) {
    this.program = program;
    this.protocol = protocol;
  }

  /** The program for phi^4 at a path; nothing is run yet. */
  public static Peer phi4(Path program) {
    return new Peer(program, Protocol.PHI4);
  }

  /** The program for U(1) at a path; nothing is run yet. */
  public static Peer u1(Path program) {
    return new Peer(program, Protocol.GAUGE);
  }

  /** An automatic window sums correlations up to about so many tau_int. */
  private static final double WINDOW = 8;

  /**
   * What a run of the program said.
   *
   * @param perCpuSecond trajectories per CPU-second, by its own account
   * @param tauInt tau_int of the slowest observable it names, in trajectories
   * @param slowest that observable
   * @param tauIntError about one standard deviation: the program does not say, so by N. Madras, A.
   *     D. Sokal, J. Stat. Phys. 50 (1988) 109, equation (E.11), tau_int sqrt(4 W / n)
   * @param acceptance accepted over proposed; NaN where it does not say
   */
  record Run(
      double perCpuSecond, double tauInt, String slowest, double tauIntError, double acceptance) {}

  /** Leapfrog steps of a trajectory of length 1 for an acceptance of about 0.8 to 0.9. */
  static int steps(LatticeTarget target) {
    return target.theory().equals(Phi4.NAME)
        ? (int) Math.round(10 * Math.pow(target.extent() / 8.0, 0.25))
        : GAUGE_STEPS;
  }

  /** Runs it for an instant; what it says does not matter, but that it does. */
  void check() {
    run(
        protocol == Protocol.PHI4 ? LatticeTarget.phi4(8, -4, 6.008) : LatticeTarget.u1(8, 1),
        4000);
  }

  /** Whether it is for this theory. */
  boolean runs(LatticeTarget target) {
    return target.theory().equals(protocol.theory);
  }

  /** Runs it. */
  Run run(LatticeTarget target, int trajectories) {
    List<String> command = new ArrayList<>();
    command.add(program.toAbsolutePath().toString());
    command.add(String.valueOf(target.extent()));
    if (protocol == Protocol.PHI4) {
      command.add(String.valueOf(target.coupling("m2")));
      command.add(String.valueOf(target.coupling("lambda")));
    } else {
      command.add(String.valueOf(target.coupling("beta")));
    }
    command.add(String.valueOf(trajectories));
    command.add(String.valueOf(steps(target)));
    if (protocol == Protocol.PHI4) {
      command.add("1.0");
    }
    String text = output(command);
    double rate = positive(protocol.rateName, protocol.rate, text);
    double tau = positive(protocol.tauName, protocol.tau, text);
    String slowest = protocol == Protocol.PHI4 ? "m" : "Q";
    Matcher others = protocol.anyTau.matcher(text);
    while (others.find()) {
      double other = Double.parseDouble(others.group(2));
      if (other > tau) {
        tau = other;
        slowest = others.group(1);
      }
    }
    Matcher acceptance = ACCEPTANCE.matcher(text);
    return new Run(
        rate,
        tau,
        slowest,
        tau * Math.sqrt(4 * WINDOW * tau / trajectories),
        acceptance.find() ? Double.parseDouble(acceptance.group(1)) : Double.NaN);
  }

  private String output(List<String> command) {
    try {
      Path file = Files.createTempFile("fieldstream-peer", ".txt");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(file.toFile())
                .start();
        try {
          if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
            throw failure("still running after " + PATIENCE_MINUTES + " minutes", "");
          }
        } finally {
          process.destroyForcibly();
        }
        String text = Files.readString(file, StandardCharsets.UTF_8);
        if (process.exitValue() != 0) {
          throw failure("exit code " + process.exitValue(), text);
        }
        return text;
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new PeerException(
          protocol.option
              + ": "
              + program
              + ": "
              + e.getMessage()
              + " (expected: a program to run)",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PeerException(protocol.option + ": " + program + ": interrupted", e);
    }
  }

  private double positive(String name, Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw failure("no " + name, text);
    }
    try {
      double value = Double.parseDouble(matcher.group(1));
      if (value > 0 && Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw failure(name + " is " + matcher.group(1), text);
    }
    throw failure(name + " is " + matcher.group(1), text);
  }

  private PeerException failure(String what, String text) {
    String line = text.lines().filter(l -> !l.isBlank()).findFirst().orElse("nothing").strip();
    return new PeerException(
        String.format(
            Locale.ROOT,
            "%s: %s: %s; it printed: %s (expected: a program that takes %s)",
            protocol.option,
            program,
            what,
            line.length() > SHOWN ? line.substring(0, SHOWN) + "..." : line,
            protocol.usage));
  }
}
