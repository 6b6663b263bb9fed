package org.fieldstream.server.training;

import java.nio.file.Path;
import java.util.TreeMap;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.generator.flow.FlowShape;
import org.fieldstream.server.generator.flow.FlowTheory;
import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;

/**
 * What a training shall do.
 *
 * @param id id of the model to be made
 * @param target what the model shall sample
 * @param shape its architecture
 * @param start a model to start from, of any lattice; null for random values
 * @param seed seed of initial values and draws
 * @param steps optimiser steps, at least 1
 * @param batch configurations in each step, at least 2
 * @param rate learning rate at the start, falling to 0 as a cosine
 * @param clip gradients are shortened to this norm
 * @param targetEss ESS at which training may stop early; above 1 for never
 * @param evaluations how often the ESS is measured on the way
 * @param command the command that repeats it
 * @param directory where checkpoint and model go
 */
public record TrainingPlan(
    String id,
    Target target,
    FlowShape shape,
    @Nullable FlowModel start,
    long seed,
    int steps,
    int batch,
    double rate,
    double clip,
    double targetEss,
    int evaluations,
    String command,
    Path directory) {
  public TrainingPlan {
    require(Model.ID.matcher(id).matches(), "id", id, "a name that matches " + Model.ID);
    require(steps >= 1, "steps", steps, ">= 1");
    require(batch >= 2, "batch", batch, ">= 2");
    require(rate > 0 && rate < 1, "rate", rate, "> 0 and < 1");
    require(clip > 0, "clip", clip, "> 0");
    require(evaluations >= 1, "evaluations", evaluations, ">= 1");
  }

  /**
   * Refuses what does not fit together, which a trainer would refuse only once it has a machine.
   *
   * @throws IllegalArgumentException naming batch or start
   */
  public void check() {
    FlowTheory theory = FlowTheory.of(target);
    shape.on(theory);
    int rehearsals = shape.rehearsals(target).size();
    require(
        batch >= 2 * rehearsals,
        "batch",
        batch,
        ">= " + 2 * rehearsals + ", two for each of the couplings that a step goes through");
    if (start != null) {
      Transfer.start(start, shape, theory, seed);
    }
  }

  private static void require(boolean holds, String name, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
    }
  }

  /** All that a checkpoint must agree in to be continued. */
  String fingerprint() {
    FlowModel from = start;
    return String.join(
        "|",
        Soap.NAME,
        target.theory(),
        target.extents().toString(),
        new TreeMap<>(target.couplings()).toString(), // Map.copyOf has another order in each JVM
        shape.toString(),
        from == null ? "random" : from.digest(),
        String.valueOf(seed),
        String.valueOf(steps),
        String.valueOf(batch),
        String.valueOf(rate),
        String.valueOf(clip));
  }
}
