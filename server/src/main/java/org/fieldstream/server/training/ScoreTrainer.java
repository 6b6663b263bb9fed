package org.fieldstream.server.training;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.fieldstream.kernels.machine.Executable;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.diffusion.Magnetisation;
import org.fieldstream.server.generator.diffusion.NoiseLevel;
import org.fieldstream.server.generator.diffusion.Phase;
import org.fieldstream.server.generator.diffusion.ScoreFeatures;
import org.fieldstream.server.generator.diffusion.ScoreFlow;
import org.fieldstream.server.generator.diffusion.ScoreParameters;
import org.fieldstream.server.generator.diffusion.ScoreShape;
import org.fieldstream.server.generator.flow.FlowModel;
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
  /** Configurations times sites that the machine is given at a time. */
  private static final int BATCH_SITES = 1 << 14;

  /** How often the sums are saved. */
  private static final long CHECKPOINT_NANOS = 10_000_000_000L;

  private final ScorePlan plan;
  private final Machine machine;
  private final TrainingListener listener;
  private final Phi4 phi4;
  private final TrainingSet set;
  private final Magnetisation magnetisation;
  private final ScoreShape shape;
  private final ScoreParameters at;
  private final NormalEquations equations;
  private final int batch;
  private long step;
  private double seconds;

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
    this.listener = listener;
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
    equations = new NormalEquations(plan.levels(), at.features());
    batch = Math.max(1, BATCH_SITES / phi4.sites());
    Files.createDirectories(plan.directory());
    Checkpoint checkpoint =
        Checkpoint.read(plan.directory(), plan.fingerprint(), 0, equations.sums().length);
    if (checkpoint != null) {
      System.arraycopy(checkpoint.optimiser(), 0, equations.sums(), 0, equations.sums().length);
      step = checkpoint.step();
      seconds = checkpoint.seconds();
      listener.resumed(step, Double.NaN);
    }
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
            used(),
            plan.levels(),
            loss(theta),
            Math.round(seconds),
            machine.describe(),
            System.getProperty("java.version"));
    FlowModel flow =
        Finish.write(
            plan.id(),
            plan.target(),
            shape,
            theta,
            record,
            plan.directory(),
            plan.samples(),
            machine);
    Map<String, String> facts = AnnealedQuality.facts(flow, plan.samples(), machine);
    facts.put("ensemble", set.source());
    facts.put("phase", phase());
    FlowFiles.note(plan.directory(), facts);
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
    long started = System.nanoTime();
    double before = seconds;
    double[] theta = fixed();
    long perPass = perPass();
    long steps = perPass * plan.passes();
    ScoreFeatures features = new ScoreFeatures(phi4, shape, plan.regression());
    try (Executable executable = machine.load(features.program())) {
      Lanes lanes = new Lanes(features.program(), batch);
      float[][] parameters = new float[plan.levels()][features.program().parameterCount()];
      for (int level = 0; level < parameters.length; level++) {
        features.fill(theta, time(level), parameters[level]);
      }
      long saved = System.nanoTime();
      while (step < steps) {
        add((int) (step % perPass), step / perPass, executable, lanes, parameters);
        step++;
        seconds = before + (System.nanoTime() - started) / 1e9;
        listener.step(step, steps, loss(theta), 0);
        boolean stopping = stop.getAsBoolean();
        if (stopping || System.nanoTime() - saved > CHECKPOINT_NANOS) {
          save();
          saved = System.nanoTime();
        }
        if (stopping) {
          return null;
        }
      }
    }
    save();
    double[] weights = solve(theta);
    System.arraycopy(weights, 0, theta, at.weight(), weights.length);
    seconds = before + (System.nanoTime() - started) / 1e9;
    return Finish.rounded(theta);
  }

  private long perPass() {
    return (set.count() + batch - 1L) / batch;
  }

  /** Configurations so far, each as often as it was used; of the step, which checkpoints keep. */
  private long used() {
    long perPass = perPass();
    return step / perPass * set.count() + Math.min(step % perPass * batch, set.count());
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

  /** Dense at both ends, as befits polynomials. */
  private double time(int level) {
    return 0.5 - 0.5 * Math.cos(Math.PI * (level + 0.5) / plan.levels());
  }

  /** What a level stands for of the whole time. */
  private double share(int level) {
    return 0.5 * Math.sin(Math.PI * (level + 0.5) / plan.levels()) * Math.PI / plan.levels();
  }

  private void add(int part, long pass, Executable executable, Lanes lanes, float[][] parameters) {
    int v = phi4.sites();
    int first = part * batch;
    int some = Math.min(batch, set.count() - first);
    System.arraycopy(set.fields(), first * v, lanes.input(0), 0, some * v);
    Arrays.fill(lanes.seeds(), plan.seed());
    for (int level = 0; level < plan.levels(); level++) {
      for (int lane = 0; lane < some; lane++) {
        lanes.indices()[lane] = (pass * set.count() + first + lane) * plan.levels() + level;
      }
      System.arraycopy(parameters[level], 0, lanes.parameters(), 0, parameters[level].length);
      executable.run(lanes);
      for (int lane = 0; lane < some; lane++) {
        equations.add(
            level, lanes.output(0), lane * at.features() * v, lanes.output(1), lane * v, v);
      }
    }
  }

  private double[] solve(double[] theta) {
    double[][] modes = new double[plan.levels()][];
    double[] importance = new double[plan.levels()];
    for (int level = 0; level < modes.length; level++) {
      NoiseLevel noise = new NoiseLevel(at, theta, time(level));
      modes[level] = noise.modes();
      importance[level] = importance(level, noise);
    }
    return equations.solve(modes, importance, plan.ridge());
  }

  /** The sums are of features times g + sigma^2. */
  private double importance(int level, NoiseLevel noise) {
    return share(level) * noise.speed() / noise.damped();
  }

  /** The loss per configuration: what is left of the residual score at given weights. */
  double loss(double[] theta) {
    double loss = 0;
    for (int level = 0; level < plan.levels(); level++) {
      NoiseLevel noise = new NoiseLevel(at, theta, time(level));
      loss += importance(level, noise) * equations.rest(level, noise.weights());
    }
    return loss / Math.max(1, used());
  }

  private void save() throws IOException {
    new Checkpoint(
            step, new double[0], equations.sums().clone(), 0, new double[0], 0, 1, 0, seconds)
        .write(plan.directory(), plan.fingerprint());
  }
}
