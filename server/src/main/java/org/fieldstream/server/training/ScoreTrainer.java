package org.fieldstream.server.training;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.diffusion.Magnetisation;
import org.fieldstream.server.generator.diffusion.NoiseLevel;
import org.fieldstream.server.generator.diffusion.Phase;
import org.fieldstream.server.generator.diffusion.ScoreFeatures;
import org.fieldstream.server.generator.diffusion.ScoreFlow;
import org.fieldstream.server.generator.diffusion.ScoreParameters;
import org.fieldstream.server.generator.diffusion.ScoreShape;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.model.DescriptionNotes;
import org.fieldstream.server.model.FactKeys;
import org.fieldstream.server.model.FlowFiles;
import org.fieldstream.server.model.ModelDescription;
import org.fieldstream.server.theory.Phi4;
import org.jspecify.annotations.Nullable;

/**
 * Trains a score by regression on an ensemble with noise. The score is linear in its weights, so
 * the minimum of
 *
 * <pre>
 * sum over levels of the noise, dtime (range / 2) (g + sigma^2) &lt; |r(phi_sigma) - target|^2 &gt;
 * </pre>
 *
 * (the weighting under which it bounds the Kullback-Leibler divergence: Song, Durkan, Murray,
 * Ermon, NeurIPS 2021, arXiv 2101.09258) is the solution of one linear system: no learning rate, no
 * epochs. In the broken phase it learns from folded fields, see {@link Phase}. A training is a
 * function of its plan and the machine kind, continued or not.
 */
public final class ScoreTrainer implements Training {
  private final ScorePlan plan;
  private final Machine machine;
  private final Phi4 phi4;
  private final TrainingSet set;
  private final Magnetisation magnetisation;
  private final ScoreShape shape;
  private final ScoreParameters at;
  private final LevelSums sums;

  /**
   * Gets the ensemble and prepares a training; continues from the checkpoint in the plan's
   * directory if there is one.
   *
   * @throws TrainingException if the ensemble is of another lattice
   */
  public ScoreTrainer(ScorePlan plan, Machine machine, TrainingListener listener)
      throws IOException {
    this.plan = plan;
    this.machine = machine;
    phi4 = Phi4.of(plan.target());
    TrainingSet all = plan.source().get(machine);
    if (all.fields().length != all.count() * phi4.sites()) {
      throw new TrainingException(
          "ensemble: of another lattice (expected: " + phi4.lattice() + ")");
    }
    magnetisation = Magnetisation.of(all.fields(), all.count());
    Phase asked = plan.phase();
    Phase phase = asked == null ? Phase.of(magnetisation) : asked;
    shape = plan.shape().in(phase);
    set = phase == Phase.BROKEN ? all.folded() : all;
    at = new ScoreFlow(phi4.lattice(), shape).parameters();
    sums =
        new LevelSums(
            plan.directory(),
            plan.fingerprint(),
            plan.levels(),
            at.features(),
            phi4.sites(),
            listener);
  }

  @Override
  public int parameters() {
    return shape.modes() * at.features();
  }

  @Override
  public @Nullable FlowModel run(BooleanSupplier stop) throws IOException {
    double[] theta = fit(stop);
    if (theta == null) {
      return null;
    }
    ModelDescription.Training record =
        new ModelDescription.Training(
            plan.command(),
            plan.seed(),
            sums.used(),
            plan.levels(),
            loss(theta),
            Math.round(sums.seconds()),
            machine.describe(),
            System.getProperty("java.version"));
    try {
      return write(theta, record, stop);
    } catch (StoppedException e) {
      // The sums are kept: only the measurement is made again. What is half measured is no model.
      Files.deleteIfExists(plan.directory().resolve(FlowFiles.DESCRIPTION));
      return null;
    }
  }

  private FlowModel write(double[] theta, ModelDescription.Training record, BooleanSupplier stop)
      throws IOException {
    FlowModel flow =
        Finish.write(
            plan.id(),
            plan.target(),
            shape,
            theta,
            record,
            plan.directory(),
            plan.samples(),
            machine,
            stop);
    Map<String, String> facts = AnnealedQuality.facts(flow, plan.samples(), machine, stop);
    facts.put(FactKeys.ENSEMBLE, set.source());
    facts.put("phase", phase());
    DescriptionNotes.note(plan.directory(), facts);
    return FlowFiles.read(plan.directory());
  }

  /** What was decided, and why, for the model file. */
  private String phase() {
    return shape.phase().text()
        + (plan.phase() == null ? ", by the ensemble: " : ", as asked for: ")
        + magnetisation;
  }

  /** Accumulates the sums and solves for the weights; null if stopped before. */
  double @Nullable [] fit(BooleanSupplier stop) throws IOException {
    double[] theta = fixed();
    ScoreFeatures features = new ScoreFeatures(phi4, shape, plan.regression());
    float[][] parameters = new float[plan.levels()][features.program().parameterCount()];
    for (int level = 0; level < parameters.length; level++) {
      features.fill(theta, time(level), parameters[level]);
    }
    LevelSums.Task task =
        new LevelSums.Task(features.program(), parameters, plan.passes(), plan.seed());
    if (!sums.add(set, task, machine, () -> loss(theta), stop)) {
      return null;
    }
    double[] weights = solve(theta);
    System.arraycopy(weights, 0, theta, at.weight(), weights.length);
    return Finish.rounded(theta);
  }

  /** What the ensemble decides, in values that a float32 can hold. */
  private double[] fixed() {
    boolean folded = shape.phase() == Phase.BROKEN;
    double mean = folded ? (float) magnetisation.mean() : 0;
    EnsembleSpectrum spectrum = EnsembleSpectrum.of(set, mean, phi4.lattice(), machine);
    double[] theta = new ScoreFlow(phi4.lattice(), shape).initial(plan.seed());
    if (folded) {
      theta[at.mean()] = mean;
    }
    double[] g = spectrum.g();
    for (int o = 0; o < g.length; o++) {
      theta[at.spectrum() + o] = Math.log(g[o]);
    }
    for (int f = 0; f < shape.sines(); f++) {
      theta[at.frequency() + f] = plan.spacing() * (f + 1);
    }
    theta[at.well()] = Math.log(spectrum.within());
    theta[at.noise()] = Math.log(plan.largest() * plan.largest() * g[0]);
    theta[at.noise() + 1] = Math.log(Arrays.stream(g).min().orElseThrow());
    return Finish.rounded(theta);
  }

  private double time(int level) {
    return LevelSums.place(level, plan.levels());
  }

  private double[] solve(double[] theta) {
    double[][] modes = new double[plan.levels()][];
    double[] importance = new double[plan.levels()];
    for (int level = 0; level < modes.length; level++) {
      NoiseLevel noise = new NoiseLevel(at, theta, time(level));
      modes[level] = noise.modes();
      importance[level] = importance(level, noise);
    }
    return sums.equations().solve(modes, importance, plan.ridge());
  }

  /** The sums are of features times g + sigma^2. */
  private double importance(int level, NoiseLevel noise) {
    return LevelSums.share(level, plan.levels()) * noise.speed() / noise.damped();
  }

  /** The loss per configuration: what is left of the residual score at given weights. */
  double loss(double[] theta) {
    double loss = 0;
    for (int level = 0; level < plan.levels(); level++) {
      NoiseLevel noise = new NoiseLevel(at, theta, time(level));
      loss += importance(level, noise) * sums.equations().rest(level, noise.weights());
    }
    return loss / Math.max(1, sums.used());
  }
}
