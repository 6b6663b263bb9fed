package org.fieldstream.server.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.chain.ChainModel;
import org.fieldstream.server.generator.exact.ExactModel;
import org.fieldstream.server.generator.gaussian.GaussianModel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of this server: those that need no training, those that ship with it, and those in
 * {@code DATA/models}, a directory each. A directory may make several models, ids derived from its
 * own. Where ids are equal, the data directory's take the place of those that ship; two of its
 * directories never share one. Models may be added and removed while the server runs.
 */
public final class ModelStore implements ModelRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(ModelStore.class);
  private static final String BUNDLED = "/models/";
  private final @Nullable Path directory;

  /** Replaced as a whole by whoever holds the lock on this. */
  private volatile TreeMap<String, Model> models = new TreeMap<>();

  /** Those that need no directory. */
  private final Map<String, Model> shipped = new HashMap<>();

  /** Where the others are; a directory may have another name than its model. */
  private final Map<String, Place> places = new HashMap<>();

  /** A model directory, and the ids of what it makes, first that of its description. */
  private record Place(Path directory, List<String> ids) {}

  private ModelStore(@Nullable Path directory) {
    this.directory = directory;
  }

  /**
   * Loads all models.
   *
   * <p>A damaged directory is reported in the log, with file and remedy, and left out.
   *
   * @param data the server's data directory; need not exist
   */
  public static ModelStore load(Path data) {
    Path directory = data.resolve("models");
    ModelStore store = bundled(directory);
    if (Files.isDirectory(directory)) {
      try (Stream<Path> entries = Files.list(directory)) {
        entries
            .filter(entry -> Files.exists(entry.resolve(FlowFiles.DESCRIPTION)))
            .sorted()
            .forEach(store::read);
      } catch (IOException e) {
        throw new ModelFileException(directory + ": cannot be listed: " + e.getMessage(), e);
      }
    }
    return store;
  }

  /** The models that need no data directory. */
  public static ModelStore bundled() {
    return bundled(null);
  }

  private static ModelStore bundled(@Nullable Path directory) {
    ModelStore store = new ModelStore(directory);
    store.add(new GaussianModel());
    store.add(new ExactModel());
    ChainModel.all().forEach(store::add);
    String index = new String(resource("index"), StandardCharsets.UTF_8);
    index
        .lines()
        .filter(id -> !id.isBlank())
        .forEach(
            id ->
                ModelFiles.read(
                        "bundled model " + id,
                        resource(id + "/" + FlowFiles.DESCRIPTION),
                        resource(id + "/" + FlowFiles.WEIGHTS))
                    .forEach(store::add));
    store.shipped.putAll(store.models);
    return store;
  }

  private void read(Path entry) {
    try {
      adopt(entry);
    } catch (ModelFileException e) {
      LOG.error(
          "model left out: {} (remedy: train it again, or remove the directory)", e.getMessage());
    }
  }

  private synchronized void add(Model model) {
    TreeMap<String, Model> changed = new TreeMap<>(models);
    Model before = changed.put(model.id(), model);
    models = changed;
    if (before != null) {
      LOG.warn(
          "model {}: the one in the data directory takes the place of the one shipped", model.id());
    }
  }

  private static byte[] resource(String name) {
    try (InputStream in = ModelStore.class.getResourceAsStream(BUNDLED + name)) {
      if (in == null) {
        throw new ModelFileException(
            "bundled model file " + name + ": missing (remedy: build the server again)");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new ModelFileException("bundled model file " + name + ": " + e.getMessage(), e);
    }
  }

  @Override
  public List<Model> list() {
    return List.copyOf(models.values());
  }

  @Override
  public Optional<Model> find(String id) {
    return Optional.ofNullable(models.get(id));
  }

  /** Whether models can be added and removed: whether there is a data directory. */
  public boolean isOpen() {
    return directory != null;
  }

  /**
   * Where a model of this id is to be made before it is {@link #adopt adopted}: beside the models,
   * on the same disk.
   *
   * @throws IllegalStateException where no models can be added
   */
  public Path workshop(String id) {
    Path all = directory;
    if (all == null) {
      throw new IllegalStateException("models: built in only (expected: a data directory)");
    }
    return all.resolveSibling("training").resolve(id);
  }

  /**
   * The models of a directory; returns the one of its description.
   *
   * @throws ModelFileException if it cannot be read, or another directory has one of its ids
   */
  private synchronized Model adopt(Path directory) {
    List<? extends Model> all = ModelFiles.read(directory);
    Place place = new Place(directory, all.stream().map(Model::id).toList());
    for (String id : place.ids()) {
      Place other = places.get(id);
      if (other != null) {
        throw new ModelFileException(
            "%s: id: %s (expected: another id, for %s has %s)"
                .formatted(
                    directory,
                    id.equals(place.ids().get(0)) ? id : place.ids().get(0) + ", which makes " + id,
                    other.directory(),
                    id));
      }
    }
    for (Model model : all) {
      add(model);
      places.put(model.id(), place);
    }
    return all.get(0);
  }

  /** Whether an id is taken, by a model or by files that are none. */
  public boolean isTaken(String id) {
    Path all = directory;
    return models.containsKey(id) || all != null && Files.exists(all.resolve(id));
  }

  /**
   * Adds a model that was made elsewhere: its directory becomes one of this store's.
   *
   * @param made the model's files; moved
   * @throws ModelFileException if the id is taken, or one that is derived from it, or the directory
   *     cannot be moved or read
   */
  public synchronized Model adopt(String id, Path made) {
    Path all = directory;
    if (all == null || isTaken(id)) {
      throw new ModelFileException("model: " + id + " exists (expected: another id)");
    }
    for (Model model : ModelFiles.read(made)) {
      if (isTaken(model.id())) {
        throw new ModelFileException(
            "model: %s makes %s, which exists (expected: another id)".formatted(id, model.id()));
      }
    }
    Path place = all.resolve(id);
    try {
      Files.createDirectories(all);
      Files.move(made, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new ModelFileException(place + ": " + e.getMessage() + " (expected: writable)", e);
    }
    return adopt(place);
  }

  /** Whether a model has files in the data directory: those that ship have none. */
  public synchronized boolean isRemovable(Model model) {
    return models.get(model.id()) == model && places.containsKey(model.id());
  }

  /**
   * The ids of all that is made of a {@link #isRemovable removable} model's files and goes with it,
   * first that of the description.
   */
  public synchronized List<String> family(Model model) {
    return place(model).ids();
  }

  private Place place(Model model) {
    Place place = places.get(model.id());
    if (place == null || !isRemovable(model)) {
      throw new IllegalArgumentException("model: " + model.id() + " (expected: one with files)");
    }
    return place;
  }

  /**
   * Removes a model that {@link #isRemovable} and its files, and so its whole {@link #family}. One
   * that ships under the same id takes its place again.
   *
   * @throws IOException if files cannot be removed; the model is gone from the list all the same
   */
  public synchronized void remove(Model model) throws IOException {
    Place gone = place(model);
    Path place = gone.directory();
    TreeMap<String, Model> changed = new TreeMap<>(models);
    for (String id : gone.ids()) {
      replace(changed, id);
      places.remove(id);
    }
    models = changed;
    // The description first: without it the directory is no model.
    Files.deleteIfExists(place.resolve(FlowFiles.DESCRIPTION));
    try (Stream<Path> files = Files.list(place)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(place);
  }

  /** By the one that ships under the same id, or by nothing. */
  private void replace(Map<String, Model> changed, String id) {
    Model under = shipped.get(id);
    if (under == null) {
      changed.remove(id);
    } else {
      changed.put(id, under);
    }
  }
}
