package org.fieldstream.server.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.fieldstream.server.ensemble.Ensemble;
import org.fieldstream.server.ensemble.EnsembleStore;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.chain.ChainModel;
import org.fieldstream.server.generator.diffusion.Phase;
import org.fieldstream.server.generator.diffusion.PlaquettePaths;
import org.fieldstream.server.generator.diffusion.PlaquetteScore;
import org.fieldstream.server.generator.diffusion.ScoreFeatures.Regression;
import org.fieldstream.server.generator.diffusion.ScoreShape;
import org.fieldstream.server.generator.exact.ExactModel;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.training.Finish;
import org.fieldstream.server.training.PlaquettePlan;
import org.fieldstream.server.training.ScorePlan;
import org.fieldstream.server.training.StoredEnsemble;
import org.fieldstream.server.training.TrainingSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Options of {@code train --form diffusion}: the ensemble, and the score. */
final class DiffusionOptions {
  /** Sine features of each filtered field. */
  static final int SINES = 5;

  private static final int SOME = 8192;
  private static final int MOST = Integer.MAX_VALUE;

  /** Draws behind the quality of a score of plaquettes, whose draws cost more. */
  private static final int GAUGE_SAMPLES = 2048;

  /** Chains whose states follow exp(-S) and that move phi^4. */
  private static final List<String> CHAINS = List.of("cluster", "hmc");

  /** Those that move U(1). */
  private static final List<String> GAUGE_CHAINS = List.of("hmc", "local", "winding");

  @Option(
      names = "--ensemble",
      paramLabel = "NAME",
      description = "Diffusion: the stored ensemble to learn from.")
  private @Nullable String ensemble;

  @Option(
      names = "--from",
      paramLabel = "CHAIN",
      description =
          "Diffusion: cluster or hmc (phi4), exact, hmc, local or winding (u1), to learn from states"
              + " drawn for it.")
  private @Nullable String from;

  @Option(
      names = "--configurations",
      description = "Diffusion: how many at most. Default: 8192 drawn, or the whole ensemble.")
  private @Nullable Integer configurations;

  @Option(
      names = "--every",
      description = "Diffusion, from a chain: takes one of so many states of each. Default: 5.")
  private @Nullable Integer every;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Diffusion: data directory of the ensemble. Default: data.")
  private @Nullable Path data;

  @Option(
      names = "--widths",
      description =
          "Diffusion, phi4: filters, by their width in units of the noise. Default: 0.5,1.")
  private @Nullable String widths;

  @Option(
      names = "--noise-modes",
      description =
          "Diffusion: polynomials in the logarithm of the noise (phi4), or in d = exp(-2 sigma^2) for"
              + " noise sigma (u1). Default: 8 (phi4), 6 (u1).")
  private @Nullable Integer modes;

  @Option(names = "--levels", description = "Diffusion: strengths of the noise. Default: 24.")
  private @Nullable Integer levels;

  @Option(
      names = "--passes",
      description = "Diffusion: times each configuration is used, with other noise. Default: 1.")
  private @Nullable Integer passes;

  @Option(
      names = "--noise",
      description =
          "Diffusion: the largest noise over the zero mode's root mean square. Default: 3.")
  private @Nullable Double noise;

  @Option(
      names = "--spacing",
      description =
          "Diffusion: of the sines' frequencies, for a filtered field of variance 1. Default: 1.")
  private @Nullable Double spacing;

  @Option(
      names = "--ridge",
      description =
          "Diffusion: added to the least squares, in units of each weight's diagonal. Default:"
              + " 1e-5.")
  private @Nullable Double ridge;

  @Option(
      names = "--samples",
      description =
          "Diffusion: draws by which the quality is measured. Default: 65536 (phi4), 2048 (u1).")
  private @Nullable Integer samples;

  @Option(
      names = "--score",
      description =
          "Diffusion: what the score is fitted to: action (noise and the action's gradient, least"
              + " variance) or denoising (noise alone). Default: action.")
  private @Nullable String score;

  @Option(
      names = "--phase",
      description =
          "Diffusion: symmetric, for a magnetisation around 0, or broken, for fields with the sign"
              + " that makes it positive, the draws' signs being drawn apart. Default: what the"
              + " ensemble shows.")
  private @Nullable String phase;

  /** Where ensembles are. */
  Path data() {
    Path directory = data;
    return directory == null ? Path.of("data") : directory;
  }

  /** Refuses these options where another form is trained. */
  void refuse(CommandLine command) {
    TreeMap<String, @Nullable Object> given = new TreeMap<>();
    given.put("--ensemble", ensemble);
    given.put("--from", from);
    given.put("--configurations", configurations);
    given.put("--every", every);
    given.put("--data", data);
    given.put("--widths", widths);
    given.put("--noise-modes", modes);
    given.put("--levels", levels);
    given.put("--passes", passes);
    given.put("--noise", noise);
    given.put("--spacing", spacing);
    given.put("--ridge", ridge);
    given.put("--samples", samples);
    given.put("--score", score);
    given.put("--phase", phase);
    given.forEach(
        (name, value) -> {
          if (value != null) {
            throw new ParameterException(
                command, name + ": " + value + " (expected: with --form diffusion only)");
          }
        });
  }

  /**
   * The plan.
   *
   * @throws IllegalArgumentException naming the option at fault
   */
  ScorePlan plan(
      String id,
      Target target,
      int sines,
      long seed,
      EnsembleStore store,
      String command,
      Path directory) {
    String drawn = from;
    String stored = ensemble;
    if ((drawn == null) == (stored == null)) {
      throw new IllegalArgumentException(
          "ensemble: "
              + (drawn == null ? "none" : "two")
              + " (expected: --ensemble NAME, or --from cluster or hmc)");
    }
    String name = stored == null ? "" : stored;
    int count = orElse(configurations, drawn != null ? SOME : MOST);
    int stride = stride(count);
    TrainingSet.Source source =
        drawn != null
            ? TrainingSet.drawn(chain(drawn), chain(drawn).resolve(target), seed, count, stride)
            : TrainingSet.stored(StoredEnsemble.find(store, name, target), count);
    ScoreShape shape =
        ScoreShape.parse(
            widths == null ? "0.5,1" : widths, sines, orElse(modes, 8), ScorePlan.STEPS);
    return new ScorePlan(
        id,
        target,
        shape,
        source,
        drawn != null
            ? chain(drawn).digest() + " " + count + " " + stride + " " + seed
            : name + " " + Math.min(count, store.find(name).size()),
        phase == null ? null : Phase.parse(phase),
        regression(),
        orElse(levels, 24),
        orElse(passes, 1),
        noise == null ? 3 : noise,
        spacing == null ? 1 : spacing,
        ridge == null ? 1e-5 : ridge,
        orElse(samples, Finish.SAMPLES),
        seed,
        command,
        directory);
  }

  /**
   * The plan of a score of plaquettes.
   *
   * @throws IllegalArgumentException naming the option at fault
   */
  PlaquettePlan plaquettes(
      String id, Target target, long seed, EnsembleStore store, String command, Path directory) {
    String drawn = from;
    String stored = ensemble;
    if ((drawn == null) == (stored == null)) {
      throw new IllegalArgumentException(
          "ensemble: "
              + (drawn == null ? "none" : "two")
              + " (expected: --ensemble NAME, or --from exact, hmc, local or winding)");
    }
    if (widths != null || noise != null || spacing != null || phase != null) {
      throw new IllegalArgumentException(
          (widths != null
                  ? "widths"
                  : noise != null ? "noise" : spacing != null ? "spacing" : "phase")
              + ": given (expected: for phi4 only)");
    }
    int count = orElse(configurations, drawn != null ? SOME : MOST);
    int stride = stride(count);
    Target own = new PlaquettePaths(PlaquetteScore.plain(1, 1), target).resolve(target);
    TrainingSet.Source source;
    String text;
    if (stored != null) {
      Ensemble found = StoredEnsemble.find(store, stored, target);
      source = TrainingSet.stored(found, count);
      text = stored + " " + Math.min(count, found.size());
    } else if (ExactModel.ID.equals(drawn)) {
      Model.Draws exact = new ExactModel();
      source = TrainingSet.drawn(exact, own, seed, count);
      text = exact.digest() + " " + count + " " + seed;
    } else {
      Model.Chains chain = chain(String.valueOf(drawn), GAUGE_CHAINS, "exact, ");
      source = TrainingSet.drawn(chain, own, seed, count, stride);
      text = chain.digest() + " " + count + " " + stride + " " + seed;
    }
    return new PlaquettePlan(
        id,
        own,
        source,
        text,
        regression(),
        orElse(modes, 6),
        orElse(levels, 24),
        orElse(passes, 1),
        ridge == null ? 1e-8 : ridge,
        orElse(samples, GAUGE_SAMPLES),
        seed,
        command,
        directory);
  }

  /** One of how many states of a chain is taken. */
  private int stride(int count) {
    int stride = orElse(every, 5);
    if (stride < 1 || count < 2) {
      throw new IllegalArgumentException(
          (count < 2 ? "configurations: " + count : "every: " + stride)
              + " (expected: "
              + (count < 2 ? ">= 2" : ">= 1")
              + ")");
    }
    if (every != null && (ensemble != null || ExactModel.ID.equals(from))) {
      throw new IllegalArgumentException(
          "every: "
              + every
              + (ensemble != null
                  ? " (expected: with --from CHAIN only; stored states are all taken)"
                  : " (expected: with --from CHAIN only; exact draws are independent)"));
    }
    return stride;
  }

  private static int orElse(@Nullable Integer given, int usual) {
    return given == null ? usual : given;
  }

  private Regression regression() {
    String name = score == null ? "action" : score;
    return Arrays.stream(Regression.values())
        .filter(r -> r.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "score: " + name + " (expected: action or denoising)"));
  }

  /** A chain to draw from. */
  static Model.Chains chain(String name) {
    return chain(name, CHAINS, "");
  }

  private static Model.Chains chain(String name, List<String> able, String besides) {
    if (!able.contains(name)) {
      throw new IllegalArgumentException(
          "from: " + name + " (expected: " + besides + String.join(" or ", able) + ")");
    }
    return (Model.Chains)
        ChainModel.all().stream().filter(m -> m.id().equals(name)).findFirst().orElseThrow();
  }
}
