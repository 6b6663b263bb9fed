package org.fieldstream.server.ensemble;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.session.Precision;
import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;

/**
 * {@code ensemble.json}.
 *
 * @param format {@value #FORMAT}
 * @param theory theory, for example {@code phi4}
 * @param extents lattice extents
 * @param couplings couplings by name
 * @param dtype {@code float32} or {@code float64}
 * @param exactness how the configurations relate to exp(-S)/Z
 * @param generator who made them
 * @param facts anything else
 * @param shape shape of one configuration, {@code [components, L0, L1, ...]}
 * @param observables columns of {@code measured.bin}
 */
record SpecFile(
    @Nullable String format,
    @Nullable String name,
    @Nullable String theory,
    @Nullable List<Integer> extents,
    @Nullable Map<String, Double> couplings,
    @Nullable String dtype,
    @Nullable String exactness,
    @Nullable String generator,
    @Nullable Map<String, String> facts,
    @Nullable List<Integer> shape,
    @Nullable List<String> observables) {
  static final String FORMAT = "fieldstream-ensemble-1";
  static final String NAME = "ensemble.json";

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  static SpecFile of(EnsembleSpec spec, List<Integer> shape, List<String> observables) {
    Target target = spec.target();
    return new SpecFile(
        FORMAT,
        spec.name(),
        target.theory(),
        target.extents(),
        new TreeMap<>(target.couplings()),
        spec.precision() == Precision.FLOAT32 ? "float32" : "float64",
        spec.exactness().name(),
        spec.generator(),
        new TreeMap<>(spec.facts()),
        shape,
        observables);
  }

  /** Writes the file so that it is there whole or not at all, and durable. */
  void write(Path directory) throws IOException {
    writeDurably(directory.resolve(NAME), JSON.writeValueAsString(this) + "\n");
  }

  static void writeDurably(Path file, String text) throws IOException {
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    try (FileChannel channel =
        FileChannel.open(
            partial,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      Channels.writeFully(channel, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
      channel.force(true);
    }
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Path parent = file.getParent();
    if (parent != null) {
      Channels.forceDirectory(parent);
    }
  }

  /** Reads an ensemble's file. */
  static SpecFile read(Path directory) {
    Path path = directory.resolve(NAME);
    try {
      SpecFile file = JSON.readValue(Files.readAllBytes(path), SpecFile.class);
      if (file == null || !FORMAT.equals(file.format())) {
        throw new EnsembleFileException(
            path
                + ": format: "
                + (file == null ? null : file.format())
                + " (expected: "
                + FORMAT
                + ")");
      }
      return file;
    } catch (IOException e) {
      throw new EnsembleFileException(
          path + ": " + e.getMessage() + " (expected: the JSON of an ensemble)", e);
    }
  }

  /** The columns of {@code measured.bin}. */
  List<String> columns() {
    return observables == null ? List.of() : observables;
  }

  /** What the file says of the ensemble in a directory, whose name is the ensemble's. */
  EnsembleSpec spec(Path directory) {
    return spec(directory.resolve(NAME), String.valueOf(directory.getFileName()));
  }

  /**
   * What the file says of an ensemble.
   *
   * @param path the file, for messages
   * @param named the ensemble's name
   */
  EnsembleSpec spec(Path path, String named) {
    if (theory == null || extents == null || couplings == null || dtype == null) {
      throw new EnsembleFileException(
          path + ": incomplete (expected: theory, extents, couplings and dtype)");
    }
    if (!dtype.equals("float32") && !dtype.equals("float64")) {
      throw new EnsembleFileException(path + ": dtype: " + dtype + " (expected: float32, float64)");
    }
    try {
      return new EnsembleSpec(
          named,
          new Target(theory, extents, couplings),
          dtype.equals("float32") ? Precision.FLOAT32 : Precision.FLOAT64,
          exactness == null ? Exactness.METROPOLIS : Exactness.valueOf(exactness),
          generator == null ? "" : generator,
          facts == null ? Map.of() : facts);
    } catch (RuntimeException e) {
      throw new EnsembleFileException(path + ": " + e.getMessage(), e);
    }
  }
}
