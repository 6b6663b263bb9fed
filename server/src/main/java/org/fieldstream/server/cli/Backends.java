package org.fieldstream.server.cli;

import java.util.ArrayList;
import java.util.List;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.Machines;
import org.fieldstream.server.Backend;
import org.fieldstream.server.config.FieldstreamConfig;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.chain.ChainModel;
import org.fieldstream.server.generator.gaussian.GaussianModel;
import org.fieldstream.server.model.ListedModels;
import org.fieldstream.server.theory.Theories;

/** What a server serves with, from its configuration. */
public final class Backends {
  private Backends() {}

  /**
   * Opens machine and models.
   *
   * @throws org.fieldstream.kernels.machine.MachineException if the machine cannot be had
   */
  public static Backend open(FieldstreamConfig config) {
    ListedModels models = new ListedModels(builtIn());
    Machine machine = Machines.open(config.device().machine());
    return new Backend(models, new Theories(), machine);
  }

  /** The models that need no training. */
  public static List<Model> builtIn() {
    List<Model> models = new ArrayList<>(ChainModel.all());
    models.add(new GaussianModel());
    return models;
  }
}
