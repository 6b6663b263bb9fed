package org.fieldstream.server.grpc;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.Quote;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.flow.AffineShape;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.generator.flow.FlowShape;
import org.fieldstream.server.generator.flow.FlowTheory;
import org.fieldstream.server.generator.flow.SplitShape;
import org.fieldstream.server.model.ModelRegistry;
import org.fieldstream.server.theory.BadTargetException;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.training.TrainingPlan;
import org.fieldstream.v1.TrainModelRequest;
import org.jspecify.annotations.Nullable;

/** What a client wants trained, as a plan; and the command that repeats it. */
final class TrainingRequests {
  private static final int MOST_STEPS = 1_000_000;
  private static final int STEPS = 1500;
  private static final int BATCH = 128;

  /** Configurations of a step times sites: beyond, the gradient takes gigabytes. */
  private static final long MOST_VALUES = 1 << 20;

  private static final int MOST_FACTS = 64;
  private static final int LONGEST_FACT = 1024;

  /** A setting: its default, and what it may be. */
  private record Setting(double usual, double least, double most, boolean whole) {}

  private static final Map<String, Setting> COMMON =
      Map.of(
          "learning_rate", new Setting(3e-3, 1e-9, 0.999, false),
          "clip", new Setting(20, 1e-9, 1e9, false),
          "target_ess", new Setting(2, 0, 2, false),
          "evaluations", new Setting(20, 1, 1000, true));

  private static final Map<String, Setting> SPLIT =
      Map.of(
          "levels", new Setting(2, 1, 8, true),
          "layers", new Setting(4, 1, 32, true),
          "sines", new Setting(2, 1, 32, true),
          "gates", new Setting(6, 0, 32, true),
          "overlap", new Setting(0, 0, 0.5, false));

  private static final Map<String, Setting> AFFINE =
      Map.of(
          "layers", new Setting(16, 1, 64, true),
          "channels", new Setting(8, 1, 64, true),
          "kernel", new Setting(3, 1, 15, true));

  private final TrainModelRequest request;
  private final Map<String, Setting> known = new TreeMap<>(COMMON);

  private TrainingRequests(TrainModelRequest request) {
    this.request = request;
  }

  /**
   * The plan of a request.
   *
   * @param models where {@code start_from} is looked up
   * @param directory where to train
   * @throws ServiceException naming the field at fault
   */
  static TrainingPlan plan(TrainModelRequest request, ModelRegistry models, Path directory) {
    return new TrainingRequests(request).plan(models, directory);
  }

  private TrainingPlan plan(ModelRegistry models, Path directory) {
    boolean affine = request.getGenerator().equals(AffineShape.GENERATOR);
    if (!affine && !request.getGenerator().equals(FlowModel.GENERATOR)) {
      throw ServiceException.field(
          ErrorCode.UNKNOWN_MODEL,
          "generator",
          "generator: %s (expected: %s or %s)"
              .formatted(
                  Quote.of(request.getGenerator()), FlowModel.GENERATOR, AffineShape.GENERATOR));
    }
    known.putAll(affine ? AFFINE : SPLIT);
    checkNames();
    if (!request.getEnsemble().isEmpty()) {
      throw bad("ensemble", Quote.of(request.getEnsemble()), "none; flows learn from the action");
    }
    Phi4 phi4 = phi4();
    FlowModel start = start(models);
    FlowShape shape = affine ? affine() : split(start);
    long steps = request.getSteps() == 0 ? STEPS : request.getSteps();
    long batch =
        request.getBatchSize() == 0 ? BATCH : Integer.toUnsignedLong(request.getBatchSize());
    if (steps < 1 || steps > MOST_STEPS) {
      throw bad("steps", Long.toUnsignedString(steps), "at most " + MOST_STEPS);
    }
    if (batch < 2 || batch * phi4.sites() > MOST_VALUES) {
      throw bad(
          "batch_size",
          String.valueOf(batch),
          "2 to " + MOST_VALUES / phi4.sites() + " at " + phi4.sites() + " sites");
    }
    Target target = Requests.target(request.getTarget());
    try {
      shape.on(FlowTheory.of(target));
      return new TrainingPlan(
          request.getModel(),
          target,
          shape,
          start,
          request.getSeed(),
          (int) steps,
          (int) batch,
          setting("learning_rate"),
          setting("clip"),
          setting("target_ess"),
          (int) setting("evaluations"),
          command(target, shape, steps, batch),
          directory);
    } catch (IllegalArgumentException e) {
      throw ServiceException.field(ErrorCode.BAD_FIELD, "settings", String.valueOf(e.getMessage()));
    }
  }

  private void checkNames() {
    if (!Model.ID.matcher(request.getModel()).matches()) {
      throw bad(
          "model", Quote.of(request.getModel()), "1 to 128 of [A-Za-z0-9._-], a letter first");
    }
    Set<String> unknown = new TreeSet<>(request.getSettingsMap().keySet());
    unknown.removeAll(known.keySet());
    if (!unknown.isEmpty()) {
      throw bad(
          "settings",
          Quote.of(unknown.iterator().next()),
          "of " + String.join(", ", known.keySet()));
    }
    Map<String, String> facts = request.getFactsMap();
    if (facts.size() > MOST_FACTS) {
      throw bad("facts", facts.size() + " entries", "at most " + MOST_FACTS);
    }
    facts.forEach(
        (name, value) -> {
          if (name.isBlank() || name.length() + value.length() > LONGEST_FACT) {
            throw bad(
                "facts", Quote.of(name), "a name, and at most " + LONGEST_FACT + " characters");
          }
        });
  }

  private Phi4 phi4() {
    if (!request.hasTarget()) {
      throw bad("target", "none", "theory, extents and couplings");
    }
    try {
      return Phi4.of(Requests.target(request.getTarget()));
    } catch (BadTargetException e) {
      throw ServiceException.field(
          ErrorCode.BAD_FIELD, "target." + e.field(), String.valueOf(e.getMessage()));
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

  private AffineShape affine() {
    String channels = String.valueOf((int) setting("channels"));
    return AffineShape.parse(
        (int) setting("layers"), channels + "," + channels, (int) setting("kernel"));
  }

  private SplitShape split(@Nullable FlowModel start) {
    SplitShape old = start != null && start.shape() instanceof SplitShape shape ? shape : null;
    boolean told =
        request.containsSettings("levels") || request.containsSettings("layers") || old == null;
    StringBuilder blocks = new StringBuilder();
    for (int level = (int) setting("levels") - 1; level >= 0; level--) {
      blocks.append(level).append(':').append((int) setting("layers")).append(level > 0 ? "," : "");
    }
    return SplitShape.parse(
        told || old == null ? blocks.toString() : old.text(),
        old == null || request.containsSettings("sines") ? (int) setting("sines") : old.sines(),
        old == null || request.containsSettings("gates") ? (int) setting("gates") : old.gates(),
        old == null || request.containsSettings("overlap") ? setting("overlap") : old.overlap());
  }

  private double setting(String name) {
    Setting setting = known.get(name);
    if (setting == null) {
      throw new IllegalArgumentException("setting: " + name + " (expected: a known one)");
    }
    double value = request.getSettingsOrDefault(name, setting.usual());
    boolean good = value >= setting.least() && value <= setting.most();
    if (!good || setting.whole() && value != Math.rint(value)) {
      throw bad(
          "settings." + name,
          String.valueOf(value),
          (setting.whole() ? "a whole number, " : "") + setting.least() + " to " + setting.most());
    }
    return value;
  }

  /** As the {@code train} command would be called. */
  private String command(Target target, FlowShape shape, long steps, long batch) {
    StringBuilder text = new StringBuilder("train --id ").append(request.getModel());
    text.append(" --theory ").append(target.theory()).append(" --extents ");
    text.append(target.extents().stream().map(String::valueOf).collect(Collectors.joining("x")));
    new TreeMap<>(target.couplings())
        .forEach(
            (name, value) -> text.append(" --coupling ").append(name).append('=').append(value));
    if (shape instanceof SplitShape split) {
      text.append(" --blocks ").append(split.text());
      text.append(" --sines ").append(split.sines()).append(" --gates ").append(split.gates());
      if (split.overlap() > 0) {
        text.append(" --overlap ").append(split.overlap());
      }
    } else if (shape instanceof AffineShape affine) {
      text.append(" --form affine --affine-layers ").append(affine.layers());
      text.append(" --affine-hidden ");
      text.append(affine.hidden().stream().map(String::valueOf).collect(Collectors.joining(",")));
      text.append(" --affine-kernel ").append(affine.kernel());
    }
    if (!request.getStartFrom().isEmpty()) {
      text.append(" --start ").append(request.getStartFrom());
    }
    text.append(" --seed ").append(request.getSeed()).append(" --steps ").append(steps);
    text.append(" --batch ").append(batch).append(" --rate ").append(setting("learning_rate"));
    text.append(" --clip ").append(setting("clip"));
    text.append(" --target-ess ").append(setting("target_ess"));
    return text.append(" --evaluations ").append((int) setting("evaluations")).toString();
  }

  private static ServiceException bad(String field, String value, String expected) {
    return ServiceException.field(
        ErrorCode.BAD_FIELD, field, field + ": " + value + " (expected: " + expected + ")");
  }
}
