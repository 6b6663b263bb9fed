package org.fieldstream.server.grpc;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.fieldstream.server.ensemble.Ensemble;
import org.fieldstream.server.ensemble.EnsembleStore;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.Quote;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.generator.diffusion.PlaquettePaths;
import org.fieldstream.server.generator.diffusion.PlaquetteScore;
import org.fieldstream.server.generator.diffusion.ScoreFeatures.Regression;
import org.fieldstream.server.generator.diffusion.ScoreShape;
import org.fieldstream.server.generator.flow.FlowTheory;
import org.fieldstream.server.grpc.TrainingSettings.Setting;
import org.fieldstream.server.theory.BadTargetException;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.U1;
import org.fieldstream.server.training.PlaquettePlan;
import org.fieldstream.server.training.ScorePlan;
import org.fieldstream.server.training.StoredEnsemble;
import org.fieldstream.server.training.TrainingJob;
import org.fieldstream.server.training.TrainingSet;
import org.fieldstream.v1.TrainModelRequest;

/**
 * A diffusion model that a client wants fitted to a stored ensemble, as a training; and the command
 * that repeats it.
 */
final class ScoreRequest {
  /** Values of an ensemble in memory, 256 MiB of them. */
  private static final long MOST_VALUES = 1 << 26;

  /** Filters of the score of a field, by their width in units of the noise. */
  private static final String WIDTHS = "0.5,1";

  private static final Map<String, Setting> COMMON =
      Map.of(
          "configurations", Setting.whole(Integer.MAX_VALUE, 2, Integer.MAX_VALUE),
          "levels", Setting.whole(24, 1, 1024),
          "passes", Setting.whole(1, 1, 1000),
          "noise_alone", Setting.whole(0, 0, 1));

  private static final Map<String, Setting> FIELDS =
      Map.of(
          "sines", Setting.whole(5, 1, 32),
          "noise_modes", Setting.whole(8, 1, 64),
          "noise", Setting.real(3, 1e-3, 999),
          "spacing", Setting.real(1, 1e-3, 99),
          "ridge", Setting.real(1e-5, 1e-15, 0.999),
          "samples", Setting.whole(1 << 16, 2, 1 << 18));

  private static final Map<String, Setting> PLAQUETTES =
      Map.of(
          "noise_modes", Setting.whole(6, 1, 64),
          "ridge", Setting.real(1e-8, 1e-15, 0.999),
          "samples", Setting.whole(2048, 2, 1 << 14));

  private final TrainModelRequest request;
  private final Target target;
  private final TrainingSettings settings;

  /**
   * Checks the settings.
   *
   * @param target one of a known theory
   * @throws ServiceException naming the field at fault
   */
  ScoreRequest(TrainModelRequest request, Target target) {
    this.request = request;
    this.target = target;
    Map<String, Setting> known = new TreeMap<>(COMMON);
    known.putAll(isGauge() ? PLAQUETTES : FIELDS);
    settings = new TrainingSettings(request.getSettingsMap(), known);
    String none = "none; a score is the solution of one linear system";
    if (request.getSteps() != 0) {
      throw TrainingSettings.bad("steps", Long.toUnsignedString(request.getSteps()), none);
    }
    if (request.getBatchSize() != 0) {
      throw TrainingSettings.bad(
          "batch_size", Integer.toUnsignedString(request.getBatchSize()), none);
    }
    if (!request.getStartFrom().isEmpty()) {
      throw TrainingSettings.bad("start_from", Quote.of(request.getStartFrom()), none);
    }
    if (request.getEnsemble().isEmpty()) {
      throw TrainingSettings.bad(
          "ensemble", "none", "a stored ensemble of the target, such as one that was pushed");
    }
  }

  private boolean isGauge() {
    return target.theory().equals(U1.NAME);
  }

  /**
   * The training.
   *
   * @throws ServiceException naming the field at fault
   */
  TrainingJob job(EnsembleStore store, Path directory) {
    Ensemble ensemble = ensemble(store);
    int count = count(ensemble);
    TrainingSet.Source source;
    try {
      source = TrainingSet.stored(ensemble, count);
    } catch (IllegalArgumentException e) {
      throw ServiceException.field(ErrorCode.BAD_FIELD, "ensemble", String.valueOf(e.getMessage()));
    }
    String text = request.getEnsemble() + " " + count;
    try {
      return isGauge()
          ? plaquettes(source, text, count, directory)
          : fields(source, text, count, directory);
    } catch (BadTargetException e) {
      throw ServiceException.field(
          ErrorCode.BAD_FIELD, "target." + e.field(), String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw settings.misfit(e);
    }
  }

  /** How many configurations are learned from: all, or as many as a server has memory for. */
  private int count(Ensemble ensemble) {
    long values = isGauge() ? 2 : 1; // components
    for (int extent : target.extents()) {
      values *= extent;
    }
    int most = (int) Math.min(Integer.MAX_VALUE, MOST_VALUES / values);
    int asked = settings.whole("configurations");
    if (settings.isGiven("configurations") && asked > most) {
      throw TrainingSettings.bad(
          "settings.configurations",
          String.valueOf(asked),
          "at most " + most + " of " + values + " values");
    }
    return Math.min(Math.min(asked, most), ensemble.size());
  }

  private Ensemble ensemble(EnsembleStore store) {
    try {
      return StoredEnsemble.find(store, request.getEnsemble(), target);
    } catch (IllegalArgumentException e) {
      throw ServiceException.field(ErrorCode.BAD_FIELD, "ensemble", String.valueOf(e.getMessage()));
    }
  }

  private TrainingJob fields(TrainingSet.Source source, String text, int count, Path directory) {
    ScorePlan plan =
        new ScorePlan(
            request.getModel(),
            target,
            ScoreShape.parse(
                WIDTHS, settings.whole("sines"), settings.whole("noise_modes"), ScorePlan.STEPS),
            source,
            text,
            null,
            regression(),
            settings.whole("levels"),
            settings.whole("passes"),
            settings.real("noise"),
            settings.real("spacing"),
            settings.real("ridge"),
            settings.whole("samples"),
            request.getSeed(),
            command(target, count)
                .append(" --widths ")
                .append(WIDTHS)
                .append(" --sines ")
                .append(settings.whole("sines"))
                .append(" --noise ")
                .append(settings.real("noise"))
                .append(" --spacing ")
                .append(settings.real("spacing"))
                .toString(),
            directory);
    plan.shape().on(FlowTheory.of(target)); // refuses what does not fit
    return TrainingJob.of(plan);
  }

  private TrainingJob plaquettes(
      TrainingSet.Source source, String text, int count, Path directory) {
    Target own = new PlaquettePaths(PlaquetteScore.plain(1, 1), target).resolve(target);
    return TrainingJob.of(
        new PlaquettePlan(
            request.getModel(),
            own,
            source,
            text,
            regression(),
            settings.whole("noise_modes"),
            settings.whole("levels"),
            settings.whole("passes"),
            settings.real("ridge"),
            settings.whole("samples"),
            request.getSeed(),
            command(own, count).toString(),
            directory));
  }

  private Regression regression() {
    return settings.whole("noise_alone") == 1 ? Regression.DENOISING : Regression.ACTION;
  }

  /** As the {@code train} command would be called, with the options that all scores have. */
  private StringBuilder command(Target trained, int count) {
    StringBuilder text = TrainingRequests.command(request.getModel(), trained);
    text.append(" --form diffusion --ensemble ").append(request.getEnsemble());
    text.append(" --configurations ").append(count);
    if (settings.whole("noise_alone") == 1) {
      text.append(" --score denoising");
    }
    text.append(" --noise-modes ").append(settings.whole("noise_modes"));
    text.append(" --levels ").append(settings.whole("levels"));
    text.append(" --passes ").append(settings.whole("passes"));
    text.append(" --ridge ").append(settings.real("ridge"));
    text.append(" --samples ").append(settings.whole("samples"));
    return text.append(" --seed ").append(request.getSeed());
  }
}
