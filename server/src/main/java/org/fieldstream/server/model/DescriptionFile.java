package org.fieldstream.server.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.fieldstream.server.generator.BurnIn;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.diffusion.ScoreShape;
import org.fieldstream.server.generator.flow.AffineShape;
import org.fieldstream.server.generator.flow.FlowModel;
import org.jspecify.annotations.Nullable;

/** Reads and writes {@code model.json}; what it returns is whole. */
final class DescriptionFile {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private static final List<String> GENERATORS =
      List.of(FlowModel.GENERATOR, AffineShape.GENERATOR, ScoreShape.GENERATOR);

  private DescriptionFile() {}

  static String write(ModelDescription description) {
    try {
      return JSON.writeValueAsString(description) + "\n";
    } catch (JsonProcessingException e) {
      throw new ModelFileException(FlowFiles.DESCRIPTION + ": cannot be written", e);
    }
  }

  /**
   * The description in a file's bytes.
   *
   * @throws ModelFileException naming the key at fault
   */
  static ModelDescription read(byte[] bytes) {
    ModelDescription d = parse(bytes);
    if (d == null || !ModelDescription.FORMAT.equals(d.format())) {
      throw wrong("format", d == null ? null : d.format(), ModelDescription.FORMAT);
    }
    if (!GENERATORS.contains(d.generator())) {
      throw wrong("generator", d.generator(), String.join(" or ", GENERATORS));
    }
    if (d.id() == null || !Model.ID.matcher(d.id()).matches()) {
      throw wrong("id", d.id(), "a name that matches " + Model.ID);
    }
    if (d.architecture() == null) {
      throw wrong("architecture", null, "form and sizes");
    }
    ModelDescription.TargetRecord target = d.target();
    if (target == null || target.theory() == null) {
      throw wrong("target", target, "theory, extents and couplings");
    }
    if (target.extents() == null || target.extents().contains(null)) {
      throw wrong("target.extents", target.extents(), "a list of whole numbers");
    }
    if (target.couplings() == null || target.couplings().containsValue(null)) {
      throw wrong("target.couplings", target.couplings(), "numbers by name");
    }
    ModelDescription.Quality quality = d.quality();
    Integer burnIn = quality == null ? null : quality.burnIn();
    if (burnIn != null && (burnIn < 1 || burnIn > BurnIn.MOST)) {
      throw wrong("quality.burnIn", burnIn, "1 to " + BurnIn.MOST + ", or nothing");
    }
    ModelDescription.Training training = d.training();
    if (training != null && training.command() == null) {
      throw wrong("training.command", null, "the command that repeats it");
    }
    ModelDescription.Import imported = d.imported();
    if (imported != null && (imported.command() == null || imported.sha256() == null)) {
      throw wrong("imported", imported, "command and sha256 of the file");
    }
    Map<String, ModelDescription.Certified> certificates = d.certificates();
    if (certificates != null) {
      certificates.forEach(
          (exactness, c) -> {
            if (c == null || c.sentence() == null || c.verdict() == null) {
              throw wrong("certificates." + exactness, c, "verdict and sentence");
            }
          });
    }
    return d;
  }

  private static @Nullable ModelDescription parse(byte[] bytes) {
    try {
      return JSON.readValue(bytes, ModelDescription.class);
    } catch (UnrecognizedPropertyException e) {
      throw new ModelFileException(
          FlowFiles.DESCRIPTION
              + ": "
              + e.getPropertyName()
              + ": unknown (expected: one of "
              + e.getKnownPropertyIds()
              + ")",
          e);
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw new ModelFileException(
          FlowFiles.DESCRIPTION
              + ": line "
              + line
              + ": "
              + e.getOriginalMessage()
              + " (expected: the JSON of a model)",
          e);
    } catch (IOException e) {
      throw new ModelFileException(FlowFiles.DESCRIPTION + ": " + e.getMessage(), e);
    }
  }

  private static ModelFileException wrong(String key, @Nullable Object value, String expected) {
    return new ModelFileException(
        FlowFiles.DESCRIPTION + ": " + key + ": " + value + " (expected: " + expected + ")");
  }
}
