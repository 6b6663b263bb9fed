package org.fieldstream.server.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.chain.ChainModel;
import org.fieldstream.server.generator.diffusion.AnnealedModel;
import org.fieldstream.server.generator.exact.ExactModel;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.generator.gaussian.GaussianModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of this server: those that need no training, those that ship with it, and those in
 * {@code DATA/models}, a directory each; the last win where ids are equal. Immutable once loaded.
 */
public final class ModelStore implements ModelRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(ModelStore.class);
  private static final String BUNDLED = "/models/";
  private final TreeMap<String, Model> models = new TreeMap<>();

  private ModelStore() {}

  /**
   * Loads all models.
   *
   * <p>A damaged directory is reported in the log, with file and remedy, and left out.
   *
   * @param data the server's data directory; need not exist
   */
  public static ModelStore load(Path data) {
    ModelStore store = bundled();
    Path directory = data.resolve("models");
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
    ModelStore store = new ModelStore();
    store.add(new GaussianModel());
    store.add(new ExactModel());
    ChainModel.all().forEach(store::add);
    String index = new String(resource("index"), StandardCharsets.UTF_8);
    index
        .lines()
        .filter(id -> !id.isBlank())
        .forEach(
            id ->
                store.add(
                    FlowFiles.read(
                        "bundled model " + id,
                        resource(id + "/" + FlowFiles.DESCRIPTION),
                        resource(id + "/" + FlowFiles.WEIGHTS))));
    return store;
  }

  private void read(Path entry) {
    try {
      add(FlowFiles.read(entry));
    } catch (ModelFileException e) {
      LOG.error(
          "model left out: {} (remedy: train it again, or remove the directory)", e.getMessage());
    }
  }

  /** A trained model, and what else its weights can do. */
  private void add(FlowModel model) {
    add((Model) model);
    AnnealedModel.of(model).forEach(this::add);
  }

  private void add(Model model) {
    if (models.put(model.id(), model) != null) {
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
}
