package org.fieldstream.server.training;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.DoubleStream;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.BurnIn;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.diffusion.AnnealedModel;
import org.fieldstream.server.generator.diffusion.PlaquettePaths;
import org.fieldstream.server.generator.diffusion.PlaquetteScore;
import org.fieldstream.server.model.AnnealedFiles;
import org.fieldstream.server.model.FactKeys;
import org.fieldstream.server.model.FlowFiles;
import org.fieldstream.server.model.ModelDescription;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.U1;

/** The end of the training of a {@link PlaquetteScore}: the quality, the two files. */
final class PlaquetteFinish {
  /** Largest extent of the lattice on which the burn-in is measured. */
  private static final int SMALL = 8;

  /** As many draws are made there, over those of the quality. */
  private static final int LONGER = 8;

  /**
   * What was measured there, times this, is the burn-in: weights spread wider on larger lattices
   * (ESS/N 0.32 at 8 x 8 and 0.30 at 16 x 16, both at beta = 16, of the score that ships), and
   * log-normal weights of ESS/N 0.22 still need less.
   */
  static final int MARGIN = 2;

  /** Key of the fact that says at which lattice and beta the quality was measured. */
  private static final String QUALITY_AT = "quality_at";

  private PlaquetteFinish() {}

  /**
   * Measures a trained score, writes its directory and reads it back.
   *
   * @param ensemble what it learned from, in words
   * @param stop asked on the way
   * @throws StoppedException if it says so; nothing is written then
   */
  static Model write(
      PlaquettePlan plan,
      PlaquetteScore score,
      String ensemble,
      ModelDescription.Training training,
      Machine machine,
      BooleanSupplier stop)
      throws IOException {
    PlaquettePaths paths = new PlaquettePaths(score, plan.target());
    AnnealedModel model =
        AnnealedModel.both(plan.id(), paths, "unknown yet", Map.of(), BurnIn.LEAST).get(0);
    Map<Double, Quality> qualities = new TreeMap<>();
    betas(score)
        .forEach(
            beta ->
                qualities.put(
                    beta,
                    Quality.of(
                        logWeights(model, plan.target().extents(), beta, plan, machine, stop),
                        Finish.SEED)));
    Map.Entry<Double, Quality> worst =
        qualities.entrySet().stream()
            .min(Comparator.comparingDouble(entry -> entry.getValue().ess()))
            .orElseThrow();
    Quality quality = worst.getValue().with(burnIn(model, score, plan, machine, stop));
    ModelDescription description =
        new ModelDescription(
            ModelDescription.FORMAT,
            plan.id(),
            model.generator(),
            AnnealedFiles.architecture(score),
            new ModelDescription.TargetRecord(
                plan.target().theory(),
                plan.target().extents(),
                new TreeMap<>(plan.target().couplings())),
            quality.record(Finish.SEED, null),
            training,
            null,
            null,
            Map.of(QUALITY_AT, at(plan.target(), worst.getKey()), FactKeys.ENSEMBLE, ensemble));
    Checkpoint.replace(plan.directory().resolve(FlowFiles.WEIGHTS), AnnealedFiles.weights(score));
    Checkpoint.replace(
        plan.directory().resolve(FlowFiles.DESCRIPTION),
        FlowFiles.text(description).getBytes(StandardCharsets.UTF_8));
    return AnnealedFiles.read(plan.directory());
  }

  /** Such as 16 x 16, beta = 7. */
  private static String at(Target target, double beta) {
    String digits = new BigDecimal(beta, new MathContext(6)).stripTrailingZeros().toPlainString();
    return U1.of(target).lattice() + ", " + U1.COUPLING + " = " + digits;
  }

  /** The trained beta, and one to which the score is bent far. */
  private static DoubleStream betas(PlaquetteScore score) {
    return DoubleStream.of(score.beta(), Math.min(7 * score.beta(), PlaquettePaths.LARGEST_BETA));
  }

  /**
   * {@link #MARGIN} times the largest of those at either beta and at the largest there is, where
   * weights spread most, from more draws on a smaller lattice, which cost less: the number of
   * levels keeps the spread roughly, and only roughly, the same on all.
   */
  private static int burnIn(
      AnnealedModel model,
      PlaquetteScore score,
      PlaquettePlan plan,
      Machine machine,
      BooleanSupplier stop) {
    List<Integer> small = plan.target().extents().stream().map(l -> Math.min(l, SMALL)).toList();
    PlaquettePlan longer = plan.withSamples(LONGER * plan.samples());
    int measured =
        DoubleStream.concat(betas(score), DoubleStream.of(PlaquettePaths.LARGEST_BETA))
            .distinct()
            .mapToInt(
                beta -> BurnIn.measured(logWeights(model, small, beta, longer, machine, stop)))
            .max()
            .orElseThrow();
    return Math.min(MARGIN * measured, BurnIn.MOST);
  }

  private static double[] logWeights(
      AnnealedModel model,
      List<Integer> extents,
      double beta,
      PlaquettePlan plan,
      Machine machine,
      BooleanSupplier stop) {
    Target target = new Target(plan.target().theory(), extents, Map.of(U1.COUPLING, beta));
    double[] logWeights = new double[plan.samples()];
    try (DrawSource source = model.open(target, machine)) {
      long[] seeds = new long[source.preferredLanes()];
      long[] indices = new long[seeds.length];
      Arrays.fill(seeds, Finish.SEED);
      for (int first = 0; first < logWeights.length; ) {
        StoppedException.ifAsked(stop);
        int from = first;
        int count = Math.min(seeds.length, logWeights.length - first);
        Arrays.setAll(indices, lane -> from + lane);
        DrawBatch batch = source.draw(seeds, indices, count);
        for (int lane = 0; lane < count; lane++) {
          logWeights[first + lane] = -batch.action()[lane] - batch.logDensity()[lane];
        }
        first += count;
      }
    }
    return logWeights;
  }
}
