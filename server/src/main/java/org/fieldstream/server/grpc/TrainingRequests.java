package org.fieldstream.server.grpc;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fieldstream.server.ensemble.EnsembleStore;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.Quote;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.diffusion.AnnealedModel;
import org.fieldstream.server.generator.diffusion.ScorePaths;
import org.fieldstream.server.generator.diffusion.ScoreShape;
import org.fieldstream.server.generator.flow.AffineShape;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.model.FactKeys;
import org.fieldstream.server.model.ModelRegistry;
import org.fieldstream.server.theory.BadTargetException;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.U1;
import org.fieldstream.server.training.TrainingJob;
import org.fieldstream.v1.TrainModelRequest;

/** What a client wants trained, as a training that is to be done. */
final class TrainingRequests {
  private static final int MOST_FACTS = 64;
  private static final int LONGEST_FACT = 1024;

  private TrainingRequests() {}

  /**
   * The training of a request. Not for an event loop: an ensemble is looked into.
   *
   * @param models where {@code start_from} is looked up
   * @param ensembles where {@code ensemble} is looked up
   * @param directory where to train
   * @throws ServiceException naming the field at fault
   */
  static TrainingJob job(
      TrainModelRequest request, ModelRegistry models, EnsembleStore ensembles, Path directory) {
    checkNames(request);
    return switch (request.getGenerator()) {
      case FlowModel.GENERATOR, AffineShape.GENERATOR ->
          TrainingJob.of(new FlowRequest(request, target(request)).plan(models, directory));
      case ScoreShape.GENERATOR ->
          new ScoreRequest(request, target(request)).job(ensembles, directory);
      default ->
          throw ServiceException.field(
              ErrorCode.UNKNOWN_MODEL,
              "generator",
              "generator: %s (expected: %s, %s or %s)"
                  .formatted(
                      Quote.of(request.getGenerator()),
                      FlowModel.GENERATOR,
                      AffineShape.GENERATOR,
                      ScoreShape.GENERATOR));
    };
  }

  /** The ids of all models that a training makes. */
  static Stream<String> made(TrainModelRequest request) {
    String id = request.getModel();
    return request.getGenerator().equals(ScoreShape.GENERATOR)
        ? Stream.of(id, id + ScorePaths.ADJUSTED, id + AnnealedModel.LANGEVIN)
        : Stream.of(id);
  }

  private static void checkNames(TrainModelRequest request) {
    if (!Model.ID.matcher(request.getModel()).matches()) {
      throw TrainingSettings.bad(
          "model", Quote.of(request.getModel()), "a name that matches " + Model.ID);
    }
    Map<String, String> facts = request.getFactsMap();
    if (facts.size() > MOST_FACTS) {
      throw TrainingSettings.bad("facts", facts.size() + " entries", "at most " + MOST_FACTS);
    }
    facts.forEach(
        (name, value) -> {
          if (name.isBlank() || name.length() + value.length() > LONGEST_FACT) {
            throw TrainingSettings.bad(
                "facts", Quote.of(name), "a name, and at most " + LONGEST_FACT + " characters");
          }
          if (FactKeys.isOwn(name)) {
            throw TrainingSettings.bad(
                "facts", Quote.of(name), "another name; the server notes this one itself");
          }
        });
  }

  /** The target, of a theory that can be learned. */
  private static Target target(TrainModelRequest request) {
    if (!request.hasTarget()) {
      throw TrainingSettings.bad("target", "none", "theory, extents and couplings");
    }
    Target target = Requests.target(request.getTarget());
    try {
      if (target.theory().equals(U1.NAME)) {
        U1.of(target);
      } else {
        Phi4.of(target);
      }
      return target;
    } catch (BadTargetException e) {
      throw ServiceException.field(
          ErrorCode.BAD_FIELD, "target." + e.field(), String.valueOf(e.getMessage()));
    }
  }

  /** How the {@code train} command that repeats a training begins. */
  static StringBuilder command(String model, Target target) {
    StringBuilder text = new StringBuilder("train --id ").append(model);
    text.append(" --theory ").append(target.theory()).append(" --extents ");
    text.append(target.extents().stream().map(String::valueOf).collect(Collectors.joining("x")));
    new TreeMap<>(target.couplings())
        .forEach(
            (name, value) -> text.append(" --coupling ").append(name).append('=').append(value));
    return text;
  }
}
