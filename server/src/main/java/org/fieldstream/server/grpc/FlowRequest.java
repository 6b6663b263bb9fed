package org.fieldstream.server.grpc;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.Quote;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.flow.AffineShape;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.generator.flow.FlowShape;
import org.fieldstream.server.generator.flow.PlaquetteShape;
import org.fieldstream.server.generator.flow.SplitShape;
import org.fieldstream.server.grpc.TrainingSettings.Setting;
import org.fieldstream.server.model.ModelRegistry;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.U1;
import org.fieldstream.server.training.TrainingPlan;
import org.fieldstream.v1.TrainModelRequest;
import org.jspecify.annotations.Nullable;

/** A flow that a client wants trained on an action, as a plan; and the command that repeats it. */
final class FlowRequest {
  private static final int MOST_STEPS = 1_000_000;
  private static final int STEPS = 1500;
  private static final int BATCH = 128;

  /** Configurations of a step times sites: beyond, the gradient takes gigabytes. */
  private static final long MOST_VALUES = 1 << 20;

  private static final Map<String, Setting> COMMON =
      Map.of(
          "learning_rate", Setting.real(3e-3, 1e-9, 0.999),
          "clip", Setting.real(20, 1e-9, 1e9),
          "target_ess", Setting.real(2, 0, 2),
          "evaluations", Setting.whole(20, 1, 1000));

  private static final Map<String, Setting> SPLIT =
      Map.of(
          "levels", Setting.whole(2, 1, 8),
          "layers", Setting.whole(4, 1, 32),
          "sines", Setting.whole(2, 1, 32),
          "gates", Setting.whole(6, 0, 32),
          "overlap", Setting.real(0, 0, 0.5));

  private static final Map<String, Setting> AFFINE =
      Map.of(
          "layers", Setting.whole(16, 1, 64),
          "channels", Setting.whole(8, 1, 64),
          "kernel", Setting.whole(3, 1, 15));

  private static final Map<String, Setting> PLAQUETTE =
      Map.of(
          "layers", Setting.whole(8, 1, 64),
          "waves", Setting.whole(6, 1, 64),
          "least_beta", Setting.real(1, 1e-3, 1e3),
          "most_beta", Setting.real(11, 1e-3, 1e3),
          "beta_degree", Setting.whole(5, 1, 16));

  private final TrainModelRequest request;
  private final Target target;
  private final boolean affine;
  private final TrainingSettings settings;

  /**
   * Checks the settings.
   *
   * @param target one of a known theory
   * @throws ServiceException naming the field at fault
   */
  FlowRequest(TrainModelRequest request, Target target) {
    this.request = request;
    this.target = target;
    affine = request.getGenerator().equals(AffineShape.GENERATOR);
    boolean gauge = target.theory().equals(U1.NAME);
    if (affine && gauge) {
      throw TrainingSettings.bad(
          "generator", AffineShape.GENERATOR, FlowModel.GENERATOR + " for theory " + U1.NAME);
    }
    Map<String, Setting> known = new TreeMap<>(COMMON);
    known.putAll(affine ? AFFINE : gauge ? PLAQUETTE : SPLIT);
    settings = new TrainingSettings(request.getSettingsMap(), known);
    if (!request.getEnsemble().isEmpty()) {
      throw TrainingSettings.bad(
          "ensemble", Quote.of(request.getEnsemble()), "none; flows learn from the action");
    }
  }

  /**
   * The plan.
   *
   * @param models where {@code start_from} is looked up
   * @param directory where to train
   * @throws ServiceException naming the field at fault
   */
  TrainingPlan plan(ModelRegistry models, Path directory) {
    FlowModel start = start(models);
    long sites =
        target.extents().stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    long steps = request.getSteps() == 0 ? STEPS : request.getSteps();
    long batch =
        request.getBatchSize() == 0 ? BATCH : Integer.toUnsignedLong(request.getBatchSize());
    if (steps < 1 || steps > MOST_STEPS) {
      throw TrainingSettings.bad("steps", Long.toUnsignedString(steps), "at most " + MOST_STEPS);
    }
    if (batch < 2 || batch * sites > MOST_VALUES) {
      throw TrainingSettings.bad(
          "batch_size",
          String.valueOf(batch),
          "2 to " + MOST_VALUES / sites + " at " + sites + " sites");
    }
    try {
      FlowShape shape = shape(start);
      TrainingPlan plan =
          new TrainingPlan(
              request.getModel(),
              target,
              shape,
              start,
              request.getSeed(),
              (int) steps,
              (int) batch,
              settings.real("learning_rate"),
              settings.real("clip"),
              settings.real("target_ess"),
              settings.whole("evaluations"),
              command(shape, steps, batch),
              directory);
      plan.check();
      return plan;
    } catch (IllegalArgumentException e) {
      throw settings.misfit(e);
    }
  }

  private @Nullable FlowModel start(ModelRegistry models) {
    String id = request.getStartFrom();
    if (id.isEmpty()) {
      return null;
    }
    Model model = models.find(id).orElse(null);
    if (model instanceof FlowModel flow && isStart(flow)) {
      return flow;
    }
    List<String> possible =
        models.list().stream()
            .filter(m -> m instanceof FlowModel flow && isStart(flow))
            .map(Model::id)
            .collect(Collectors.toList());
    throw ServiceException.field(
        ErrorCode.UNKNOWN_MODEL,
        "start_from",
        "start_from: %s (expected: a %s, one of %s)"
            .formatted(Quote.of(id), request.getGenerator(), String.join(", ", possible)));
  }

  private boolean isStart(FlowModel flow) {
    return flow.generator().equals(request.getGenerator())
        && flow.target().theory().equals(request.getTarget().getTheory());
  }

  private FlowShape shape(@Nullable FlowModel start) {
    if (affine) {
      String channels = String.valueOf(settings.whole("channels"));
      return AffineShape.parse(
          settings.whole("layers"), channels + "," + channels, settings.whole("kernel"));
    }
    return target.theory().equals(U1.NAME)
        ? plaquette(start != null && start.shape() instanceof PlaquetteShape old ? old : null)
        : split(start);
  }

  /** What is not told is as at the start. */
  private PlaquetteShape plaquette(@Nullable PlaquetteShape start) {
    boolean layers = start == null || settings.isGiven("layers");
    boolean waves = start == null || settings.isGiven("waves");
    return new PlaquetteShape(
        layers || start == null ? settings.whole("layers") : start.layers(),
        waves || start == null ? settings.whole("waves") : start.waves(),
        range(start));
  }

  /** One model for a range of beta, where the request names one. */
  private PlaquetteShape.Range range(@Nullable PlaquetteShape start) {
    boolean named = settings.isGiven("least_beta") || settings.isGiven("most_beta");
    if (start != null && !named && !settings.isGiven("beta_degree")) {
      return start.range();
    }
    if (!named && settings.isGiven("beta_degree")) {
      throw TrainingSettings.bad(
          "settings.beta_degree",
          String.valueOf(settings.whole("beta_degree")),
          "with least_beta and most_beta");
    }
    return settings.isGiven("least_beta") || settings.isGiven("most_beta")
        ? new PlaquetteShape.Range(
            settings.whole("beta_degree"), settings.real("least_beta"), settings.real("most_beta"))
        : PlaquetteShape.Range.NONE;
  }

  private SplitShape split(@Nullable FlowModel start) {
    SplitShape old = start != null && start.shape() instanceof SplitShape shape ? shape : null;
    boolean told = settings.isGiven("levels") || settings.isGiven("layers") || old == null;
    StringBuilder blocks = new StringBuilder();
    for (int level = settings.whole("levels") - 1; level >= 0; level--) {
      blocks
          .append(level)
          .append(':')
          .append(settings.whole("layers"))
          .append(level > 0 ? "," : "");
    }
    return SplitShape.parse(
        told || old == null ? blocks.toString() : old.text(),
        old == null || settings.isGiven("sines") ? settings.whole("sines") : old.sines(),
        old == null || settings.isGiven("gates") ? settings.whole("gates") : old.gates(),
        old == null || settings.isGiven("overlap") ? settings.real("overlap") : old.overlap());
  }

  /** As the {@code train} command would be called. */
  private String command(FlowShape shape, long steps, long batch) {
    StringBuilder text = TrainingRequests.command(request.getModel(), target);
    if (shape instanceof SplitShape split) {
      text.append(" --blocks ").append(split.text());
      text.append(" --sines ").append(split.sines()).append(" --gates ").append(split.gates());
      if (split.overlap() > 0 || !request.getStartFrom().isEmpty()) {
        text.append(" --overlap ").append(split.overlap());
      }
    } else if (shape instanceof AffineShape net) {
      text.append(" --form affine --affine-layers ").append(net.layers());
      text.append(" --affine-hidden ");
      text.append(net.hidden().stream().map(String::valueOf).collect(Collectors.joining(",")));
      text.append(" --affine-kernel ").append(net.kernel());
    } else if (shape instanceof PlaquetteShape plaquette) {
      text.append(" --form plaquette --plaquette-layers ").append(plaquette.layers());
      text.append(" --plaquette-waves ").append(plaquette.waves());
      PlaquetteShape.Range range = plaquette.range();
      if (range.degree() > 0) {
        text.append(" --beta-range ").append(range.least()).append(':').append(range.most());
        text.append(" --beta-degree ").append(range.degree());
      }
    }
    if (!request.getStartFrom().isEmpty()) {
      text.append(" --start ").append(request.getStartFrom());
    }
    text.append(" --seed ").append(request.getSeed()).append(" --steps ").append(steps);
    text.append(" --batch ")
        .append(batch)
        .append(" --rate ")
        .append(settings.real("learning_rate"));
    text.append(" --clip ").append(settings.real("clip"));
    text.append(" --target-ess ").append(settings.real("target_ess"));
    return text.append(" --evaluations ").append(settings.whole("evaluations")).toString();
  }
}
