package org.fieldstream.server.training;

import java.util.stream.IntStream;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.flow.FlowSampler;
import org.fieldstream.server.generator.flow.FlowTheory;
import org.fieldstream.server.generator.flow.SteppedShape;
import org.fieldstream.server.model.FlowFiles;

/**
 * Chooses how many Runge-Kutta steps a trained flow is served with: the fewest whose log q moves,
 * root mean square over draws, by less than half of what still counts as exact when the steps are
 * doubled; failing that, the fewest that count as exact; failing that, those it was trained with.
 * Training jitters the grid, so no number of steps is special.
 *
 * @param shape the flow with that number of steps
 * @param error RMS change of log q when they are doubled
 */
record OdeSteps(SteppedShape shape, double error) {
  private static final int[] LADDER = {1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64};

  /** Of the steps that a fourth-order law asks for, so many are tried at least. */
  private static final double MARGIN = 0.6;

  private static final double BOUND = FlowFiles.INTEGRATION_BOUND / 2;

  /** Measures a ladder of steps up to 64, and the trained number. */
  static OdeSteps choose(
      SteppedShape trained,
      double[] theta,
      FlowTheory theory,
      Machine machine,
      long seed,
      int samples) {
    OdeSteps exact = null;
    int[] ladder =
        IntStream.concat(IntStream.of(LADDER), IntStream.of(trained.steps()))
            .sorted()
            .distinct()
            .toArray();
    double least = 0;
    for (int steps : ladder) {
      if (steps < least) {
        continue;
      }
      OdeSteps choice = measure(trained.withSteps(steps), theta, theory, machine, seed, samples);
      if (choice.error() < BOUND) {
        return choice;
      }
      // The error falls with about the fourth power of the step: what cannot do is not tried. Few
      // steps may lose some draws altogether, so no more than the next few are left out.
      double more = Math.min(4, MARGIN * Math.pow(choice.error() / BOUND, 0.25));
      least = Double.isFinite(more) ? steps * more : 0;
      if (exact == null && choice.error() < FlowFiles.INTEGRATION_BOUND) {
        exact = choice;
      }
    }
    return exact != null ? exact : measure(trained, theta, theory, machine, seed, samples);
  }

  static OdeSteps measure(
      SteppedShape shape,
      double[] theta,
      FlowTheory theory,
      Machine machine,
      long seed,
      int samples) {
    try (FlowSampler once = sampler(shape, theory, machine);
        FlowSampler twice = sampler(shape.withSteps(2 * shape.steps()), theory, machine)) {
      return new OdeSteps(shape, Quality.integrationError(once, twice, theta, seed, samples));
    }
  }

  private static FlowSampler sampler(SteppedShape shape, FlowTheory theory, Machine machine) {
    return new FlowSampler(shape.on(theory), theory::action, theory.constant(), false, machine);
  }
}
