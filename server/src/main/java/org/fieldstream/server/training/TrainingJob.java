package org.fieldstream.server.training;

import java.io.IOException;
import java.nio.file.Path;
import org.fieldstream.kernels.machine.Machine;

/**
 * A training that is to be done, of whatever kind.
 *
 * @param id id of the model to be made
 * @param directory where checkpoint and model go
 * @param command the command that repeats it
 * @param steps how many it takes; 0 where that shows only once it has begun
 * @param opening prepares it
 */
public record TrainingJob(
    String id, Path directory, String command, long steps, TrainingJob.Opening opening) {
  /** Prepares a training. */
  @FunctionalInterface
  public interface Opening {
    /**
     * Continues from the checkpoint in the directory if there is one.
     *
     * @throws IllegalArgumentException where its parts do not fit together
     * @throws TrainingException where it cannot be done, in words for the client
     */
    Training open(Machine machine, TrainingListener listener) throws IOException;
  }

  /** A flow, trained on the action. */
  public static TrainingJob of(TrainingPlan plan) {
    return new TrainingJob(
        plan.id(),
        plan.directory(),
        plan.command(),
        plan.steps(),
        (machine, listener) -> new Trainer(plan, machine, listener));
  }

  /** A score of fields, fitted to an ensemble. */
  public static TrainingJob of(ScorePlan plan) {
    return new TrainingJob(
        plan.id(),
        plan.directory(),
        plan.command(),
        0,
        (machine, listener) -> new ScoreTrainer(plan, machine, listener));
  }

  /** A score of plaquettes, fitted to an ensemble. */
  public static TrainingJob of(PlaquettePlan plan) {
    return new TrainingJob(
        plan.id(),
        plan.directory(),
        plan.command(),
        0,
        (machine, listener) -> new PlaquetteTrainer(plan, machine, listener));
  }
}
