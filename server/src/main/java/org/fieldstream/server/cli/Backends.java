package org.fieldstream.server.cli;

import java.nio.file.Path;
import java.util.List;
import org.fieldstream.kernels.machine.Machines;
import org.fieldstream.server.Backend;
import org.fieldstream.server.config.FieldstreamConfig;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.model.ModelStore;
import org.fieldstream.server.theory.Theories;
import org.jspecify.annotations.Nullable;

/** What a server serves with, from its configuration. */
public final class Backends {
  private Backends() {}

  /**
   * Opens machines and models.
   *
   * @throws org.fieldstream.kernels.machine.MachineException if the machine cannot be had
   */
  public static Backend open(FieldstreamConfig config) {
    ModelStore models = ModelStore.load(Path.of(config.data().directory()));
    return new Backend(models, new Theories(), Machines.lineup(config.device().machine()));
  }

  /** The models that come with the program. */
  public static List<Model> builtIn() {
    return ModelStore.bundled().list();
  }

  /**
   * The models that come with the program, and those of a data directory.
   *
   * @param data the directory; null for none
   */
  public static List<Model> models(@Nullable Path data) {
    return data == null ? builtIn() : ModelStore.load(data).list();
  }
}
