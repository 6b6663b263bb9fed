package org.fieldstream.server.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Another program that runs HMC for phi^4 on a square lattice, to compare with: {@code PROGRAM L m2
 * lambda TRAJECTORIES STEPS LENGTH}, which prints {@code traj/s=...} (per CPU-second) and {@code
 * <m>=... +- ... tau_int=...}.
 */
public final class Peer {
  /** Arguments that are printed in messages. */
  private static final String USAGE = "L m2 lambda trajectories steps length";

  private static final Pattern RATE = Pattern.compile("traj/s=(\\S+)");
  private static final Pattern TAU = Pattern.compile("<m>=\\S+ \\+- \\S+ tau_int=(\\S+)");
  private static final Pattern ANY_TAU =
      Pattern.compile("(\\S+)=\\S+ \\+- \\S+ tau_int=(\\d[\\d.eE+-]*)");
  private static final Pattern ACCEPTANCE = Pattern.compile("\\bacc=(\\S+)");
  private static final long PATIENCE_MINUTES = 10;
  private static final int SHOWN = 120;

  private final Path program;

  /** The program at a path; nothing is run yet. */
  public Peer(Path program) {
    this.program = program;
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
  static int steps(int extent) {
    return (int) Math.round(10 * Math.pow(extent / 8.0, 0.25));
  }

  /** Runs it. */
  Run run(int extent, double m2, double lambda, int trajectories) {
    List<String> command =
        List.of(
            program.toAbsolutePath().toString(),
            String.valueOf(extent),
            String.valueOf(m2),
            String.valueOf(lambda),
            String.valueOf(trajectories),
            String.valueOf(steps(extent)),
            "1.0");
    String text = output(command);
    double rate = positive("traj/s", RATE, text);
    double tau = positive("tau_int of <m>", TAU, text);
    String slowest = "m";
    Matcher others = ANY_TAU.matcher(text);
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
          "--peer: " + program + ": " + e.getMessage() + " (expected: a program to run)", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PeerException("--peer: " + program + ": interrupted", e);
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
            "--peer: %s: %s; it printed: %s (expected: a program that takes %s and prints traj/s="
                + " and <m>=... +- ... tau_int=)",
            program,
            what,
            line.length() > SHOWN ? line.substring(0, SHOWN) + "..." : line,
            USAGE));
  }
}
