package org.fieldstream.server.training;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.fieldstream.kernels.machine.Executable;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.diffusion.PlaquetteFeatures;
import org.fieldstream.server.generator.diffusion.PlaquetteScore;
import org.fieldstream.server.model.ModelDescription;
import org.fieldstream.server.theory.U1;
import org.jspecify.annotations.Nullable;

/**
 * Trains a {@link PlaquetteScore} by regression on an ensemble with noise: the minimum of
 *
 * <pre>(1/2) int dsigma^2 &lt; |score(theta_sigma) - target|^2 &gt;</pre>
 *
 * (the weighting under which it bounds the Kullback-Leibler divergence: Song, Durkan, Murray,
 * Ermon, NeurIPS 2021, arXiv 2101.09258) is the solution of one linear system. A training is a
 * function of its plan and the machine kind, continued or not.
 */
public final class PlaquetteTrainer implements Training {
  /** Configurations times sites that the machine is given at a time. */
  private static final int BATCH_SITES = 1 << 14;

  /** How often the sums are saved. */
  private static final long CHECKPOINT_NANOS = 10_000_000_000L;

  private final PlaquettePlan plan;
  private final Machine machine;
  private final TrainingListener listener;
  private final U1 u1;
  private final NormalEquations equations;
  private final int batch;
  private long step;
  private double seconds;

  /** Configurations of the ensemble; 0 before it is there. */
  private int count;

  /** Prepares a training; continues from the checkpoint in the plan's directory if there is one. */
  public PlaquetteTrainer(PlaquettePlan plan, Machine machine, TrainingListener listener)
      throws IOException {
    this.plan = plan;
    this.machine = machine;
    this.listener = listener;
    u1 = U1.of(plan.target());
    equations = new NormalEquations(plan.levels(), PlaquetteScore.FEATURES);
    batch = Math.max(1, BATCH_SITES / u1.sites());
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
    return plan.modes() * PlaquetteScore.FEATURES;
  }

  @Override
  public @Nullable Model run(BooleanSupplier stop) throws IOException {
    double[] weights = fit(stop);
    if (weights == null) {
      return null;
    }
    PlaquetteScore score = new PlaquetteScore(weights, u1.beta());
    ModelDescription.Training record =
        new ModelDescription.Training(
            plan.command(),
            plan.seed(),
            used(),
            plan.levels(),
            loss(weights),
            Math.round(seconds),
            machine.describe(),
            System.getProperty("java.version"));
    return PlaquetteFinish.write(plan, score, record, machine);
  }

  /** Accumulates the sums and solves for the weights, as float32 has them; null if stopped. */
  double @Nullable [] fit(BooleanSupplier stop) throws IOException {
    long started = System.nanoTime();
    double before = seconds;
    TrainingSet set = plan.source().get(machine);
    if (set.fields().length != set.count() * 2 * u1.sites()) {
      throw new TrainingException("ensemble: of another lattice (expected: " + u1.lattice() + ")");
    }
    count = set.count();
    long perPass = perPass();
    long steps = perPass * plan.passes();
    PlaquetteFeatures features = new PlaquetteFeatures(u1, plan.regression());
    try (Executable executable = machine.load(features.program())) {
      Lanes lanes = new Lanes(features.program(), batch);
      float[][] parameters = new float[plan.levels()][features.program().parameterCount()];
      for (int level = 0; level < parameters.length; level++) {
        features.fill(damping(level), parameters[level]);
      }
      long saved = System.nanoTime();
      while (step < steps) {
        add(set, (int) (step % perPass), step / perPass, executable, lanes, parameters);
        step++;
        seconds = before + (System.nanoTime() - started) / 1e9;
        listener.step(step, steps, loss(new double[parameters()]), 0);
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
    double[] weights = solve();
    seconds = before + (System.nanoTime() - started) / 1e9;
    return Finish.rounded(weights);
  }

  private long perPass() {
    return (count + batch - 1L) / batch;
  }

  /** Configurations so far, each as often as it was used; of the step, which checkpoints keep. */
  private long used() {
    long perPass = Math.max(1, perPass());
    return step / perPass * count + Math.min(step % perPass * batch, count);
  }

  /** d, dense at both ends, as befits polynomials. */
  private double damping(int level) {
    return 0.5 - 0.5 * Math.cos(Math.PI * (level + 0.5) / plan.levels());
  }

  /** (1/2) dsigma^2 = dd / (4 d) of what a level stands for. */
  private double importance(int level) {
    double share = Math.sin(Math.PI * (level + 0.5) / plan.levels()) * Math.PI / plan.levels();
    return 0.125 * share / damping(level);
  }

  private void add(
      TrainingSet set,
      int part,
      long pass,
      Executable executable,
      Lanes lanes,
      float[][] parameters) {
    int size = 2 * u1.sites();
    int first = part * batch;
    int some = Math.min(batch, set.count() - first);
    System.arraycopy(set.fields(), first * size, lanes.input(0), 0, some * size);
    Arrays.fill(lanes.seeds(), plan.seed());
    for (int level = 0; level < plan.levels(); level++) {
      for (int lane = 0; lane < some; lane++) {
        lanes.indices()[lane] = (pass * set.count() + first + lane) * plan.levels() + level;
      }
      System.arraycopy(parameters[level], 0, lanes.parameters(), 0, parameters[level].length);
      executable.run(lanes);
      for (int lane = 0; lane < some; lane++) {
        equations.add(
            level,
            lanes.output(0),
            lane * PlaquetteScore.FEATURES * size,
            lanes.output(1),
            lane * size,
            size);
      }
    }
  }

  private double[] solve() {
    double[][] modes = new double[plan.levels()][];
    double[] importance = new double[plan.levels()];
    for (int level = 0; level < modes.length; level++) {
      modes[level] = PlaquetteScore.modes(damping(level), plan.modes());
      importance[level] = importance(level);
    }
    return equations.solve(modes, importance, plan.ridge());
  }

  /** The loss per configuration: what given weights leave of the target. */
  double loss(double[] weights) {
    double loss = 0;
    for (int level = 0; level < plan.levels(); level++) {
      double[] modes = PlaquetteScore.modes(damping(level), plan.modes());
      double[] learned = new double[PlaquetteScore.FEATURES];
      for (int i = 0; i < weights.length; i++) {
        learned[i % learned.length] += modes[i / learned.length] * weights[i];
      }
      loss += importance(level) * equations.rest(level, learned);
    }
    return loss / Math.max(1, used());
  }

  private void save() throws IOException {
    new Checkpoint(
            step, new double[0], equations.sums().clone(), 0, new double[0], 0, 1, 0, seconds)
        .write(plan.directory(), plan.fingerprint());
  }
}
