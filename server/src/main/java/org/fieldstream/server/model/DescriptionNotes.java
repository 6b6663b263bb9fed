package org.fieldstream.server.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** What is noted in the description of a model that is there already. */
public final class DescriptionNotes {
  private DescriptionNotes() {}

  /**
   * Notes in a model directory's description what a certification found, in place of the one before
   * of that exactness.
   *
   * @throws ModelFileException if the description cannot be read or written
   */
  public static void certify(
      Path directory, String exactness, ModelDescription.Certified certified) {
    rewrite(directory, d -> d.with(exactness, certified));
  }

  /**
   * Notes in a model directory's description what was measured anew.
   *
   * @throws ModelFileException if the description cannot be read or written
   */
  public static void measured(Path directory, ModelDescription.Quality quality) {
    rewrite(directory, d -> d.with(quality));
  }

  /**
   * Notes facts in a model directory's description that others tell of it: those that it has itself
   * stay as they are.
   *
   * @throws ModelFileException if the description cannot be read or written
   */
  public static void addFacts(Path directory, Map<String, String> facts) {
    rewrite(
        directory,
        d -> {
          Map<String, String> all = new TreeMap<>(facts);
          Map<String, String> own = d.facts();
          if (own != null) {
            all.putAll(own);
          }
          return d.noting(all);
        });
  }

  /**
   * Notes facts in a model directory's description, in place of those before that have their names.
   *
   * @throws ModelFileException if the description cannot be read or written
   */
  public static void note(Path directory, Map<String, String> facts) {
    rewrite(
        directory,
        d -> {
          Map<String, String> all = new TreeMap<>(facts);
          Map<String, String> before = d.facts();
          if (before != null) {
            before.forEach(all::putIfAbsent);
          }
          return d.noting(all);
        });
  }

  private static void rewrite(Path directory, UnaryOperator<ModelDescription> change) {
    Path file = directory.resolve(FlowFiles.DESCRIPTION);
    try {
      ModelDescription d = change.apply(DescriptionFile.read(Files.readAllBytes(file)));
      Path partial = directory.resolve(FlowFiles.DESCRIPTION + ".partial");
      Files.writeString(partial, DescriptionFile.write(d));
      Files.move(
          partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new ModelFileException(file + ": " + e.getMessage() + " (expected: writable)", e);
    }
  }
}
