package org.fieldstream.server.training;

import java.io.IOException;
import java.util.function.BooleanSupplier;
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
  private final PlaquettePlan plan;
  private final Machine machine;
  private final U1 u1;
  private final LevelSums sums;
  private String learnedFrom = "";

  /** Prepares a training; continues from the checkpoint in the plan's directory if there is one. */
  public PlaquetteTrainer(PlaquettePlan plan, Machine machine, TrainingListener listener)
      throws IOException {
    this.plan = plan;
    this.machine = machine;
    u1 = U1.of(plan.target());
    sums =
        new LevelSums(
            plan.directory(),
            plan.fingerprint(),
            plan.levels(),
            PlaquetteScore.FEATURES,
            u1.sites(),
            listener);
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
            sums.used(),
            plan.levels(),
            loss(weights),
            Math.round(sums.seconds()),
            machine.describe(),
            System.getProperty("java.version"));
    try {
      return PlaquetteFinish.write(plan, score, learnedFrom, record, machine, stop);
    } catch (StoppedException e) {
      // The sums are kept: only the measurement is made again.
      return null;
    }
  }

  /** Accumulates the sums and solves for the weights, as float32 has them; null if stopped. */
  double @Nullable [] fit(BooleanSupplier stop) throws IOException {
    TrainingSet set = plan.source().get(machine);
    learnedFrom = set.source();
    if (set.fields().length != set.count() * 2 * u1.sites()) {
      throw new TrainingException("ensemble: of another lattice (expected: " + u1.lattice() + ")");
    }
    PlaquetteFeatures features = new PlaquetteFeatures(u1, plan.regression());
    float[][] parameters = new float[plan.levels()][features.program().parameterCount()];
    for (int level = 0; level < parameters.length; level++) {
      features.fill(damping(level), parameters[level]);
    }
    LevelSums.Task task =
        new LevelSums.Task(features.program(), parameters, plan.passes(), plan.seed());
    double[] none = new double[parameters()];
    return sums.add(set, task, machine, () -> loss(none), stop) ? Finish.rounded(solve()) : null;
  }

  /** d of a level. */
  private double damping(int level) {
    return LevelSums.place(level, plan.levels());
  }

  /** (1/2) dsigma^2 = dd / (4 d) of what a level stands for. */
  private double importance(int level) {
    return 0.25 * LevelSums.share(level, plan.levels()) / damping(level);
  }

  private double[] solve() {
    double[][] modes = new double[plan.levels()][];
    double[] importance = new double[plan.levels()];
    for (int level = 0; level < modes.length; level++) {
      modes[level] = PlaquetteScore.modes(damping(level), plan.modes());
      importance[level] = importance(level);
    }
    return sums.equations().solve(modes, importance, plan.ridge());
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
      loss += importance(level) * sums.equations().rest(level, learned);
    }
    return loss / Math.max(1, sums.used());
  }
}
