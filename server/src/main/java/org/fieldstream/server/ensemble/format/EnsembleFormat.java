package org.fieldstream.server.ensemble.format;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.fieldstream.server.ensemble.Ensemble;

/** A way to write ensembles for other programs and to read theirs. */
public interface EnsembleFormat {
  /** The formats there are; a new one is one more entry. */
  List<EnsembleFormat> ALL = List.of(new NpyFormat(), new Hdf5Format());

  /** Its name, as commands have it. */
  String name();

  /** Whether a path looks like one of this format, by its name. */
  boolean suits(Path path);

  /**
   * Writes an ensemble, in Monte Carlo order.
   *
   * @param to where; must not exist
   * @throws IllegalArgumentException if it cannot be written this way
   */
  void write(Ensemble ensemble, Path to) throws IOException;

  /**
   * Opens an ensemble for reading.
   *
   * @throws IllegalArgumentException if it is not of this format, naming the part at fault
   */
  ForeignEnsemble open(Path from) throws IOException;

  /**
   * The format of a path.
   *
   * @param name a format's name; empty: by the path's name
   */
  static EnsembleFormat of(String name, Path path) {
    return ALL.stream()
        .filter(f -> name.isEmpty() ? f.suits(path) : f.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "format: %s (expected: one of %s)"
                        .formatted(
                            name.isEmpty() ? "not told by the name " + path : name,
                            ALL.stream().map(EnsembleFormat::name).toList())));
  }
}
