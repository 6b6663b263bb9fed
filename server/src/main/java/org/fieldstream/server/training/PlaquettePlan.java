package org.fieldstream.server.training;

import java.nio.file.Path;
import java.util.TreeMap;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.diffusion.ScoreFeatures;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.U1;

/**
 * What a score of plaquettes is trained on, and how.
 *
 * @param id id of the model
 * @param target what the ensemble follows: the U(1) theory at beta_0 > 0 on some lattice
 * @param source the ensemble
 * @param sourceText all that decides the ensemble, in a line
 * @param regression what the score is regressed on
 * @param modes Chebyshev polynomials in what noise leaves of a plaquette, 1 to 64
 * @param levels strengths of the noise, at least as many as modes
 * @param passes times that each configuration is used, with other noise, at least 1
 * @param ridge added to the least squares, in units of each weight's own diagonal
 * @param samples draws by which the model's quality is measured, at least 2
 * @param seed of the noise
 * @param command the command that repeats it
 * @param directory where checkpoint and model go
 */
public record PlaquettePlan(
    String id,
    Target target,
    TrainingSet.Source source,
    String sourceText,
    ScoreFeatures.Regression regression,
    int modes,
    int levels,
    int passes,
    double ridge,
    int samples,
    long seed,
    String command,
    Path directory) {
  private static final int MOST = 64;

  public PlaquettePlan {
    require(Model.ID.matcher(id).matches(), "id", id, "a name that matches " + Model.ID);
    double beta = U1.of(target).beta();
    require(beta > 0, "couplings." + U1.COUPLING, beta, "> 0, a score is in units of it");
    require(modes >= 1 && modes <= MOST, "noise-modes", modes, "1 to " + MOST);
    require(
        levels >= modes && levels <= 1024,
        "levels",
        levels,
        "as many as noise-modes at least, 1024 at most");
    require(passes >= 1, "passes", passes, ">= 1");
    require(ridge > 0 && ridge < 1, "ridge", ridge, "> 0 and < 1");
    require(samples >= 2, "samples", samples, ">= 2");
  }

  private static void require(boolean holds, String name, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
    }
  }

  /** The same with another number of samples. */
  PlaquettePlan withSamples(int other) {
    return new PlaquettePlan(
        id,
        target,
        source,
        sourceText,
        regression,
        modes,
        levels,
        passes,
        ridge,
        other,
        seed,
        command,
        directory);
  }

  /** All that a checkpoint must agree in to be continued. */
  String fingerprint() {
    return String.join(
        "|",
        "plaquette score 1",
        target.theory(),
        target.extents().toString(),
        new TreeMap<>(target.couplings()).toString(), // Map.copyOf has another order in each JVM
        sourceText,
        regression.name(),
        String.valueOf(modes),
        String.valueOf(levels),
        String.valueOf(passes),
        String.valueOf(ridge),
        String.valueOf(seed));
  }
}
