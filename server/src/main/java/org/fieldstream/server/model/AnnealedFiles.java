package org.fieldstream.server.model;

import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.fieldstream.server.generator.Digest;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.diffusion.AnnealedModel;
import org.fieldstream.server.generator.diffusion.PlaquettePaths;
import org.fieldstream.server.generator.diffusion.PlaquetteScore;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.U1;

/** Model directories of annealed models: the same two files as those of flows. */
public final class AnnealedFiles {
  /** The form of {@link PlaquetteScore}. */
  public static final String FORM = "plaquette-score";

  private static final int MOST_MODES = 64;

  private AnnealedFiles() {}

  /** A score as the architecture of a model file. */
  public static Map<String, Object> architecture(PlaquetteScore score) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("form", FORM);
    map.put("modes", score.modes());
    return map;
  }

  /** The weights as a file, in float32. */
  public static byte[] weights(PlaquetteScore score) {
    return WeightFile.of(PlaquetteScore.tensors(score.modes()), score.weights());
  }

  /**
   * Reads a model directory of whatever form: the model of its description's id, for a score of
   * plaquettes the adjusted one.
   */
  public static Model read(Path directory) {
    return ModelFiles.read(directory).get(0);
  }

  /**
   * The models in the contents of the two files.
   *
   * @throws ModelFileException naming what is wrong
   */
  static List<AnnealedModel> read(ModelDescription d, byte[] weightBytes) {
    Object modes = d.architecture().get("modes");
    if (!(modes instanceof Integer count) || count < 1 || count > MOST_MODES) {
      throw new ModelFileException(
          "architecture.modes: " + modes + " (expected: 1 to " + MOST_MODES + ")");
    }
    Target target = new Target(d.target().theory(), d.target().extents(), d.target().couplings());
    double beta = U1.of(target).beta();
    double[] weights = WeightFile.read(PlaquetteScore.tensors(count), weightBytes);
    PlaquetteScore score = new PlaquetteScore(weights, beta);
    int burnIn = FlowFiles.burnIn(d.quality());
    String digest =
        Digest.sha256(
            FORM
                + "|"
                + new TreeMap<>(target.couplings())
                + "|"
                + HexFormat.of().formatHex(weights(score))
                + "|burn-in "
                + burnIn);
    return AnnealedModel.both(
        d.id(),
        new PlaquettePaths(score, target),
        digest,
        ModelFacts.of(d, weights.length, burnIn),
        burnIn);
  }
}
