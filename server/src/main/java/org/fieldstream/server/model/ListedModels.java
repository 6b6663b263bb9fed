package org.fieldstream.server.model;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.fieldstream.server.generator.Model;

/** A fixed list of models. Immutable; any thread. */
public final class ListedModels implements ModelRegistry {
  private final List<Model> models;

  /**
   * The registry of these models.
   *
   * @throws IllegalArgumentException if two have the same id
   */
  public ListedModels(Collection<? extends Model> models) {
    this.models =
        models.stream().<Model>map(m -> m).sorted(Comparator.comparing(Model::id)).toList();
    Set<String> ids = new HashSet<>();
    for (Model model : this.models) {
      if (!ids.add(model.id())) {
        throw new IllegalArgumentException(
            "model: " + model.id() + " twice (expected: each id once)");
      }
    }
  }

  @Override
  public List<Model> list() {
    return models;
  }
}
