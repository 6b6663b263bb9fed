package org.fieldstream.server.generator.diffusion;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.server.generator.flow.DenoisingFlow;
import org.fieldstream.server.generator.flow.Flow;
import org.fieldstream.server.generator.flow.FlowTheory;
import org.fieldstream.server.generator.flow.SteppedShape;

/**
 * Size of a {@link ScoreFlow}.
 *
 * @param widths of the filters, in units of the noise: filter s passes momentum k by {@code G_k /
 *     (G_k + widths[s] sigma^2)}; each above 0
 * @param sines sine features of each filtered field, at least 1
 * @param modes Chebyshev polynomials in the logarithm of the noise, at least 1
 * @param steps Runge-Kutta steps of the probability flow, at least 1
 * @param phase how the magnetisation's sign is treated
 */
public record ScoreShape(List<Double> widths, int sines, int modes, int steps, Phase phase)
    implements SteppedShape {
  /** Generator kind. */
  public static final String GENERATOR = "diffusion";

  /** Beyond this nothing is gained, and programs get large. */
  private static final int MOST = 64;

  public ScoreShape {
    widths = List.copyOf(widths);
    if (widths.isEmpty() || widths.size() > MOST || !widths.stream().allMatch(w -> w > 0)) {
      throw new IllegalArgumentException(
          "widths: " + widths + " (expected: 1 to " + MOST + " numbers > 0)");
    }
    require("sines", sines);
    require("modes", modes);
    if (steps < 1) {
      throw new IllegalArgumentException("steps: " + steps + " (expected: >= 1)");
    }
  }

  /** A shape of odd scores. */
  public ScoreShape(List<Double> widths, int sines, int modes, int steps) {
    this(widths, sines, modes, steps, Phase.SYMMETRIC);
  }

  private static void require(String name, int value) {
    if (value < 1 || value > MOST) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: 1 to " + MOST + ")");
    }
  }

  /**
   * A shape from the text of its filters.
   *
   * @param widths numbers separated by commas
   */
  public static ScoreShape parse(String widths, int sines, int modes, int steps) {
    return parse(widths, sines, modes, steps, Phase.SYMMETRIC);
  }

  /** The same, for a phase. */
  public static ScoreShape parse(String widths, int sines, int modes, int steps, Phase phase) {
    try {
      return new ScoreShape(
          Arrays.stream(widths.split(",", -1)).map(w -> Double.valueOf(w.trim())).toList(),
          sines,
          modes,
          steps,
          phase);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "widths: " + widths + " (expected: numbers > 0 separated by commas)", e);
    }
  }

  /** The filters as {@link #parse} takes them. */
  public String text() {
    return widths.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  @Override
  public ScoreShape withSteps(int other) {
    return new ScoreShape(widths, sines, modes, other, phase);
  }

  /** The same for a phase. */
  public ScoreShape in(Phase other) {
    return new ScoreShape(widths, sines, modes, steps, other);
  }

  @Override
  public Flow on(FlowTheory theory) {
    return on(FlowTheory.scalarLattice(theory, form()));
  }

  @Override
  public DenoisingFlow denoising(FlowTheory theory) {
    return new ScoreFlow(FlowTheory.scalarLattice(theory, form()), this);
  }

  /** The flow on a lattice. */
  public Flow on(Lattice lattice) {
    return new ScoreFlow(lattice, this);
  }

  @Override
  public String form() {
    return "score";
  }

  @Override
  public String generator() {
    return GENERATOR;
  }
}
