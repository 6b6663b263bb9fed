package org.fieldstream.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.exact.ExactModel;
import org.fieldstream.server.testing.SmallAnnealed;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The table of annealed draws, and its refusals. */
class AnnealCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    List<Model> models = new ArrayList<>(SmallAnnealed.both());
    models.add(new ExactModel());
    return new CommandLine(new AnnealCommand(name -> new VectorMachine(2), data -> models))
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @Test
  void threeLinesForEachTarget() {
    assertThat(
            run(
                "--model",
                "annealed",
                "--extent",
                "3,4",
                "--beta",
                "1",
                "--seconds",
                "0",
                "--draws",
                "96",
                "--langevin-draws",
                "64"))
        .as(err.toString())
        .isZero();
    assertThat(out.toString())
        .contains("annealed, machine: vector", "plaquette (exact; sigmas)", "wilson_2x2")
        .containsPattern(
            "\\|  3 \\|    1 \\| langevin  \\| +\\d+ \\| 1\\.00, 1\\.00 \\|    64 \\|  \\|")
        .containsPattern(
            "\\|  4 \\|    1 \\| adjusted  \\| +\\d+ \\| 0\\.\\d\\d, 0\\.\\d\\d \\|    96 \\|  \\|")
        .containsPattern(
            "\\|  4 \\|    1 \\| corrected \\| .* \\| 0\\.\\d{3}( \\?)? \\|.*\\(0\\.446\\d\\d;"
                + " [+-]");
  }

  @Test
  void misuseIsToldByOption() {
    assertThat(run("--model", "exact")).isEqualTo(2);
    assertThat(err.toString())
        .contains("--model: exact (expected: an annealed model of U(1): annealed)");
    assertThat(run("--model", "annealed", "--draws", "2")).isEqualTo(2);
    assertThat(err.toString()).contains("--draws: 2 (expected: >= 64)");
    assertThat(run("--model", "annealed", "--langevin-draws", "63")).isEqualTo(2);
    assertThat(err.toString()).contains("--langevin-draws: 63 (expected: >= 64)");
  }

  /** Nothing is computed, not even for the targets that are good. */
  @Test
  void oneBadTargetIsToldBeforeAnythingIsComputed() {
    assertThat(run("--model", "annealed", "--extent", "4", "--beta", "1,17")).isEqualTo(2);
    assertThat(err.toString()).startsWith("couplings.beta: 17.0 (expected: 0 to 16.0)");
    assertThat(out.toString()).isEmpty();
  }
}
