package org.fieldstream.server.training;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.diffusion.AnnealedModel;
import org.fieldstream.server.generator.diffusion.AnnealedSource;
import org.fieldstream.server.generator.diffusion.ScorePaths;
import org.fieldstream.server.generator.flow.FlowModel;

/** What the annealed draws of a diffusion model's weights are worth. */
final class AnnealedQuality {
  /** Draws at most: each costs several of the probability flow's. */
  private static final int SAMPLES = 1024;

  private AnnealedQuality() {}

  /**
   * Measures the adjusted sampler.
   *
   * @param samples draws, or {@value #SAMPLES} if that is less
   * @param stop asked on the way
   * @return for the model file, by the keys of {@link ScorePaths}; empty for what is no diffusion
   *     model
   */
  static Map<String, String> facts(
      FlowModel flow, int samples, Machine machine, BooleanSupplier stop) {
    Map<String, String> facts = new TreeMap<>();
    for (AnnealedModel model : ScorePaths.models(flow)) {
      if (!model.hasLogDensity()) {
        continue;
      }
      double[] logWeights = new double[Math.min(SAMPLES, samples)];
      try (AnnealedSource source = model.open(model.target(), machine)) {
        draw(source, logWeights, stop);
        facts.put(
            ScorePaths.ACCEPTANCE,
            Arrays.stream(source.acceptance())
                .mapToObj(a -> String.format(Locale.ROOT, "%.3f", a))
                .collect(Collectors.joining(" ")));
      }
      Quality quality = Quality.of(logWeights, Finish.SEED);
      facts.put(ScorePaths.ESS, String.valueOf(quality.ess()));
      facts.put(ScorePaths.SAMPLES, String.valueOf(quality.samples()));
      facts.put(ScorePaths.CHAIN_ACCEPTANCE, String.valueOf(quality.acceptance()));
      facts.put(ScorePaths.BURN_IN, String.valueOf(quality.burnIn()));
    }
    return facts;
  }

  private static void draw(AnnealedSource source, double[] logWeights, BooleanSupplier stop) {
    for (int first = 0; first < logWeights.length; ) {
      StoppedException.ifAsked(stop);
      int from = first;
      int count = Math.min(source.preferredLanes(), logWeights.length - first);
      long[] seeds = new long[count];
      long[] indices = new long[count];
      Arrays.fill(seeds, Finish.SEED);
      Arrays.setAll(indices, lane -> from + lane);
      DrawBatch batch = source.draw(seeds, indices, count);
      for (int lane = 0; lane < count; lane++) {
        logWeights[first + lane] = -batch.action()[lane] - batch.logDensity()[lane];
      }
      first += count;
    }
  }
}
