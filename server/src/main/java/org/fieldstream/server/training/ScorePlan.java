package org.fieldstream.server.training;

import java.nio.file.Path;
import java.util.TreeMap;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.diffusion.Phase;
import org.fieldstream.server.generator.diffusion.ScoreFeatures;
import org.fieldstream.server.generator.diffusion.ScoreShape;
import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;

/**
 * What a score is trained on, and how.
 *
 * @param id id of the model
 * @param target what the ensemble follows, and the model shall sample
 * @param shape architecture, whatever its phase
 * @param source the ensemble
 * @param sourceText all that decides the ensemble, in a line
 * @param phase that the score is for; null where the ensemble decides, {@link Phase#of}
 * @param regression what the score is regressed on
 * @param levels strengths of the noise, at least as many as the shape has modes
 * @param passes times that each configuration is used, with other noise, at least 1
 * @param largest the largest noise, in units of the zero mode's root mean square
 * @param spacing of the sines' frequencies, for a filtered field of variance 1
 * @param ridge added to the least squares, in units of each weight's own diagonal: what keeps
 *     features that are nearly alike from cancelling each other with large weights
 * @param samples draws by which the model's quality is measured, at least 2
 * @param seed of the noise
 * @param command the command that repeats it
 * @param directory where checkpoint and model go
 */
public record ScorePlan(
    String id,
    Target target,
    ScoreShape shape,
    TrainingSet.Source source,
    String sourceText,
    @Nullable Phase phase,
    ScoreFeatures.Regression regression,
    int levels,
    int passes,
    double largest,
    double spacing,
    double ridge,
    int samples,
    long seed,
    String command,
    Path directory) {
  /** Steps that a probability flow is served with where no number of them keeps log q. */
  public static final int STEPS = 24;

  public ScorePlan {
    require(Model.ID.matcher(id).matches(), "id", id, "a name that matches " + Model.ID);
    require(
        levels >= shape.modes() && levels <= 1024,
        "levels",
        levels,
        "as many as modes at least, 1024 at most");
    require(passes >= 1, "passes", passes, ">= 1");
    require(samples >= 2, "samples", samples, ">= 2");
    require(spacing > 0 && spacing < 100, "spacing", spacing, "> 0 and < 100");
    require(ridge > 0 && ridge < 1, "ridge", ridge, "> 0 and < 1");
    require(largest > 0 && largest < 1e3, "largest noise", largest, "> 0 and < 1000");
  }

  private static void require(boolean holds, String name, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
    }
  }

  /** All that a checkpoint must agree in to be continued. */
  String fingerprint() {
    return String.join(
        "|",
        "score 1",
        target.theory(),
        target.extents().toString(),
        new TreeMap<>(target.couplings()).toString(), // Map.copyOf has another order in each JVM
        shape.toString(),
        sourceText,
        phase == null ? "of the ensemble" : phase.text(),
        regression.name(),
        String.valueOf(levels),
        String.valueOf(passes),
        String.valueOf(largest),
        String.valueOf(spacing),
        String.valueOf(ridge),
        String.valueOf(seed));
  }
}
