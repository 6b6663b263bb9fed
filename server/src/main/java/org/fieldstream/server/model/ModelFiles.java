package org.fieldstream.server.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.diffusion.ScorePaths;
import org.fieldstream.server.generator.flow.FlowModel;

/** Model directories of whatever kind. */
final class ModelFiles {
  private ModelFiles() {}

  /** The models of a directory, first the one of its description. */
  static List<? extends Model> read(Path directory) {
    try {
      return read(
          directory.toString(),
          Files.readAllBytes(directory.resolve(FlowFiles.DESCRIPTION)),
          Files.readAllBytes(directory.resolve(FlowFiles.WEIGHTS)));
    } catch (IOException e) {
      throw new ModelFileException(
          directory
              + ": "
              + e.getMessage()
              + " (expected: a directory with "
              + FlowFiles.DESCRIPTION
              + " and "
              + FlowFiles.WEIGHTS
              + ")",
          e);
    }
  }

  /**
   * The models that the contents of a directory's two files make, first the one of the
   * description's id: a score may be sampled in more than one way.
   *
   * @param place where they came from, for messages
   * @throws ModelFileException naming the place and what is wrong
   */
  static List<? extends Model> read(String place, byte[] descriptionBytes, byte[] weightBytes) {
    try {
      ModelDescription d = DescriptionFile.read(descriptionBytes);
      if (AnnealedFiles.FORM.equals(d.architecture().get("form"))) {
        return AnnealedFiles.read(d, weightBytes);
      }
    } catch (ModelFileException | IllegalArgumentException e) {
      throw new ModelFileException(place + ": " + e.getMessage(), e);
    }
    FlowModel flow = FlowFiles.read(place, descriptionBytes, weightBytes);
    List<Model> all = new ArrayList<>(List.of(flow));
    all.addAll(ScorePaths.models(flow));
    return all;
  }
}
