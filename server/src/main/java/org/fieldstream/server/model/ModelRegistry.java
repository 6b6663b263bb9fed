package org.fieldstream.server.model;

import java.util.List;
import java.util.Optional;
import org.fieldstream.server.generator.Model;

/** The models a server offers. Safe for use by several threads; never blocks. */
public interface ModelRegistry {
  /** All models, ordered by id. */
  List<Model> list();

  /** The model of an id. */
  default Optional<Model> find(String id) {
    return list().stream().filter(model -> model.id().equals(id)).findFirst();
  }
}
