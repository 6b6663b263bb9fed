package org.fieldstream.server.testing;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.fieldstream.server.generator.diffusion.AnnealedModel;
import org.fieldstream.server.generator.diffusion.PlaquettePaths;
import org.fieldstream.server.generator.diffusion.PlaquetteScore;
import org.fieldstream.server.theory.Target;

/** Annealed models of U(1) with a score that nobody trained: exact all the same, by its weights. */
public final class SmallAnnealed {
  /** Its id; the one without adjustment has {@code -langevin} behind it. */
  public static final String ID = "annealed";

  private SmallAnnealed() {}

  /** A score of random weights, at beta_0 = 1. */
  public static PlaquetteScore score(long seed) {
    Random random = new Random(seed);
    double[] weights = random.doubles(3 * PlaquetteScore.FEATURES, -0.2, 0.2).toArray();
    return new PlaquetteScore(weights, 1);
  }

  /** Both models, of 4 x 4 at beta = 1 unless asked for another target. */
  public static List<AnnealedModel> both() {
    Target target = new Target("u1", List.of(4, 4), Map.of("beta", 1.0));
    return AnnealedModel.both(ID, new PlaquettePaths(score(1), target), "0", Map.of(), 64);
  }
}
