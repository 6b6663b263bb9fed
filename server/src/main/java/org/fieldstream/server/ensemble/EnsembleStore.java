package org.fieldstream.server.ensemble;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.Quote;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.theory.BadTargetException;
import org.fieldstream.server.theory.Theory;
import org.fieldstream.server.theory.TheoryCatalog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ensembles of a data directory, {@code DATA/ensembles/NAME} each. Thread-safe. */
public final class EnsembleStore implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EnsembleStore.class);

  private final Path directory;
  private final TheoryCatalog theories;
  private final StorageBudget budget;
  private final Map<String, Open> open = new HashMap<>();
  private boolean counted;

  /** A writer, and how many pushes use it. */
  private static final class Open {
    private final EnsembleWriter writer;
    private int users;

    private Open(EnsembleWriter writer) {
      this.writer = writer;
    }
  }

  /**
   * The ensembles below a data directory, which need not exist.
   *
   * @param mostBytes disk space for all of them
   */
  public EnsembleStore(Path data, TheoryCatalog theories, long mostBytes) {
    this.directory = data.resolve("ensembles");
    this.theories = theories;
    this.budget = new StorageBudget(directory, mostBytes);
  }

  /** Field values of one configuration. */
  static int values(Theory theory) {
    int values = theory.components();
    for (int extent : theory.extents()) {
      values = Math.multiplyExact(values, extent);
    }
    return values;
  }

  /** The theory of an ensemble; one thread's own. */
  Theory theory(EnsembleSpec spec) {
    try {
      return theories.of(spec.target());
    } catch (BadTargetException e) {
      throw ServiceException.field(
          ErrorCode.BAD_FIELD, "target." + e.field(), String.valueOf(e.getMessage()));
    }
  }

  /**
   * Begins a push into an ensemble, new or existing.
   *
   * @param observables names of those to be estimated at the end; empty for all
   * @throws ServiceException for a fault of the header, or another ensemble of this name
   */
  public Push push(EnsembleSpec spec, List<String> observables) {
    Theory theory = theory(spec);
    List<String> known = theory.observables();
    for (String name : observables) {
      if (!known.contains(name)) {
        throw ServiceException.field(
            ErrorCode.BAD_FIELD,
            "observables",
            "observables: %s (expected: some of %s, those of theory %s)"
                .formatted(Quote.of(name), String.join(", ", known), theory.name()));
      }
    }
    return new Push(this, acquire(spec, theory), spec, theory, observables);
  }

  private synchronized EnsembleWriter acquire(EnsembleSpec spec, Theory theory) {
    Folder folder = folder(spec.name());
    try {
      Files.createDirectories(folder.path());
      countOnce();
      SpecFile file = SpecFile.of(spec, shape(theory), theory.observables());
      if (Files.exists(folder.path().resolve(SpecFile.NAME))) {
        SpecFile there = SpecFile.read(folder.path());
        there.spec(folder.path()).requireSame(spec);
        if (!there.columns().equals(theory.observables())) {
          // Measured by another version of the server: to be measured again, under the new names.
          Files.deleteIfExists(folder.measured());
          SpecFile.of(there.spec(folder.path()), shape(theory), theory.observables())
              .write(folder.path());
        }
      } else {
        Channels.forceDirectory(directory);
        file.write(folder.path());
      }
      Open writer = open.get(spec.name());
      if (writer == null) {
        writer = new Open(new EnsembleWriter(folder, spec, theory, budget));
        open.put(spec.name(), writer);
      }
      writer.users++;
      return writer.writer;
    } catch (IOException e) {
      LOG.error("ensemble {}: cannot be opened", spec.name(), e);
      throw StorageFailure.of(folder.path(), e);
    }
  }

  /** A push is done with its writer; the last one closes it. */
  synchronized void release(String name) {
    Open writer = open.get(name);
    if (writer != null && --writer.users == 0) {
      open.remove(name);
      writer.writer.close();
    }
  }

  private void countOnce() {
    if (!counted) {
      counted = true;
      names().forEach(name -> budget.count(folder(name).bytes()));
    }
  }

  private static List<Integer> shape(Theory theory) {
    List<Integer> shape = new ArrayList<>();
    shape.add(theory.components());
    shape.addAll(theory.extents());
    return shape;
  }

  Folder folder(String name) {
    return new Folder(directory.resolve(name));
  }

  /** Names of all ensembles, in order. */
  public List<String> names() {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(entry -> Files.exists(entry.resolve(SpecFile.NAME)))
          .map(entry -> String.valueOf(entry.getFileName()))
          .sorted()
          .collect(Collectors.toList());
    } catch (IOException e) {
      throw new EnsembleFileException(directory + ": cannot be listed: " + e.getMessage(), e);
    }
  }

  /**
   * An ensemble as it is now; what is appended later is not seen.
   *
   * @throws ServiceException UNKNOWN_ENSEMBLE, the known ones listed
   * @throws EnsembleFileException if its files are damaged
   */
  public Ensemble find(String name) {
    EnsembleSpec.checkName(name);
    Folder folder = folder(name);
    if (!Files.exists(folder.path().resolve(SpecFile.NAME))) {
      List<String> names = names();
      throw ServiceException.field(
          ErrorCode.UNKNOWN_ENSEMBLE,
          "ensemble",
          "ensemble: %s (expected: %s)"
              .formatted(
                  Quote.of(name),
                  names.isEmpty()
                      ? "one that was pushed; there is none yet"
                      : "one of " + String.join(", ", names)));
    }
    SpecFile file = SpecFile.read(folder.path());
    EnsembleSpec spec = file.spec(folder.path());
    return Ensemble.open(folder, spec, values(theory(spec)), file.columns());
  }

  /**
   * Keeps a certificate beside an ensemble, in place of the one before.
   *
   * @param json its text
   */
  public void keepCertificate(String name, String json) {
    Folder folder = folder(name);
    try {
      SpecFile.writeDurably(folder.certificate(), json);
    } catch (IOException e) {
      LOG.error("ensemble {}: certificate not kept", name, e);
      throw StorageFailure.of(folder.path(), e);
    }
  }

  /** The text of the certificate that an ensemble keeps, if it has one. */
  public Optional<String> certificate(String name) {
    Path file = folder(name).certificate();
    try {
      return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    } catch (IOException e) {
      throw new EnsembleFileException(file + ": " + e.getMessage(), e);
    }
  }

  /** Closes what is still being written, everything appended so far being made durable. */
  @Override
  public synchronized void close() {
    open.forEach(
        (name, writer) -> {
          try {
            writer.writer.close();
          } catch (ServiceException e) {
            LOG.error("ensemble {}: not closed well", name, e);
          }
        });
    open.clear();
  }
}
