package org.fieldstream.server.training;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.flow.Flow;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.generator.flow.FlowSampler;
import org.fieldstream.server.generator.flow.FlowShape;
import org.fieldstream.server.generator.flow.OdeShape;
import org.fieldstream.server.model.FlowFiles;
import org.fieldstream.server.model.ModelDescription;
import org.fieldstream.server.theory.Phi4;
import org.jspecify.annotations.Nullable;

/**
 * Trains a flow by reverse Kullback-Leibler divergence: no data, only the action. {@link Soap} with
 * clipped gradients and a cosine-decayed rate; the ESS is measured on the way over whole samples;
 * the best values are kept; values that went wrong (not finite, or an integrator that no longer
 * integrates) are rolled back to the last good ones at half the rate. A training is a function of
 * its plan and the machine kind, continued or not.
 */
public final class Trainer {
  /** Draws of each ESS on the way. */
  public static final int SAMPLES = 16_384;

  /** Draws of the final quality. */
  public static final int FINAL_SAMPLES = 65_536;

  private static final long EVALUATION_SEED = 0x5eedL;

  /** Seed of the draws behind a model's quality. */
  static final long QUALITY_SEED = 0x9a117L;

  private static final int WARM_UP = 50;
  private static final int DOUBLING_SAMPLES = 1024;

  /**
   * Beyond this RMS change of log q under step doubling the integrator no longer follows the flow.
   */
  private static final double LOST_INTEGRATOR = 0.05;

  private final TrainingPlan plan;
  private final Machine machine;
  private final TrainingListener listener;
  private final Phi4 phi4;
  private final Flow flow;
  private final FlowSampler training;
  private final FlowSampler sampling;
  private final @Nullable FlowSampler doubled;
  private final Soap optimiser;
  private final ReverseKl loss;
  private double[] theta;
  private double[] best;
  private double bestEss = -1;
  private double rateFactor = 1;

  /** Running mean of the loss; NaN before the first step. */
  private double recent = Double.NaN;

  private long step;
  private double seconds;

  /** Prepares a training; continues from the checkpoint in the plan's directory if there is one. */
  public Trainer(TrainingPlan plan, Machine machine, TrainingListener listener) throws IOException {
    this.plan = plan;
    this.machine = machine;
    this.listener = listener;
    phi4 = Phi4.of(plan.target());
    Lattice lattice = phi4.lattice();
    flow = plan.shape().on(lattice);
    training = new FlowSampler(flow, phi4::action, phi4.constant(), true, machine);
    sampling = new FlowSampler(flow, phi4::action, phi4.constant(), false, machine);
    doubled =
        plan.shape() instanceof OdeShape ode
            ? new FlowSampler(
                ode.withSteps(2 * ode.steps()).on(lattice),
                phi4::action,
                phi4.constant(),
                false,
                machine)
            : null;
    FlowModel start = plan.start();
    theta =
        start == null
            ? flow.initial(plan.seed())
            : Transfer.start(start, plan.shape(), lattice, plan.seed());
    best = theta.clone();
    optimiser = new Soap(theta.length, flow.blocks());
    loss = new ReverseKl(training, plan.batch(), theta.length);
    Files.createDirectories(plan.directory());
    Checkpoint checkpoint =
        Checkpoint.read(plan.directory(), plan.fingerprint(), theta.length, optimiser.stateSize());
    if (checkpoint != null) {
      step = checkpoint.step();
      theta = checkpoint.theta();
      best = checkpoint.best();
      bestEss = checkpoint.bestEss();
      rateFactor = checkpoint.rateFactor();
      recent = checkpoint.loss();
      seconds = checkpoint.seconds();
      optimiser.restore(checkpoint.optimiser(), checkpoint.optimiserSteps());
      listener.resumed(step, bestEss);
    }
  }

  /** Number of trained values. */
  public int parameters() {
    return theta.length;
  }

  /**
   * Trains to the end and writes the model directory.
   *
   * @param stop asked after each step; true stops early, keeping the checkpoint and writing no
   *     model
   * @return the model, null if stopped
   */
  public @Nullable FlowModel run(BooleanSupplier stop) throws IOException {
    long started = System.nanoTime();
    double before = seconds;
    int every = Math.max(1, plan.steps() / plan.evaluations());
    Checkpoint good = snapshot();
    boolean reached = bestEss >= plan.targetEss();
    while (step < plan.steps() && !reached) {
      ReverseKl.Result result = loss.evaluate(theta, plan.seed(), step * plan.batch(), plan.clip());
      if (result.finite()) {
        optimiser.step(theta, loss.gradient(), rate());
        flow.project(theta);
        step++;
        recent = Double.isNaN(recent) ? result.loss() : 0.95 * recent + 0.05 * result.loss();
        listener.step(step, plan.steps(), recent, result.spread());
      } else {
        rollBack(good, "the loss is not finite");
      }
      seconds = before + (System.nanoTime() - started) / 1e9;
      if (step % every == 0 || step == plan.steps()) {
        String wrong = evaluate();
        if (wrong == null) {
          good = snapshot();
          good.write(plan.directory(), plan.fingerprint());
          reached = bestEss >= plan.targetEss();
        } else {
          rollBack(good, wrong);
        }
      }
      if (stop.getAsBoolean()) {
        snapshot().write(plan.directory(), plan.fingerprint());
        return null;
      }
    }
    return write();
  }

  private double rate() {
    double cosine = 0.5 + 0.5 * Math.cos(Math.PI * step / plan.steps());
    return plan.rate() * rateFactor * cosine * Math.min(1, (step + 1.0) / WARM_UP);
  }

  private Checkpoint snapshot() {
    return new Checkpoint(
        step,
        theta.clone(),
        optimiser.state(),
        optimiser.steps(),
        best,
        bestEss,
        rateFactor,
        recent,
        seconds);
  }

  private void rollBack(Checkpoint good, String why) {
    if (rateFactor < 1e-3) {
      throw new TrainingException(
          "training: "
              + why
              + " again and again (remedy: a lower --rate, or more --steps of the ODE)");
    }
    rateFactor /= 2;
    theta = good.theta().clone();
    optimiser.restore(good.optimiser(), good.optimiserSteps());
    listener.rolledBack(good.step(), why, rateFactor);
  }

  /** Measures the ESS and keeps the best values; returns what is wrong, or null. */
  private @Nullable String evaluate() {
    double[] rounded = rounded(theta);
    Quality quality = Quality.measure(sampling, rounded, EVALUATION_SEED, SAMPLES);
    FlowSampler twice = doubled;
    if (twice != null) {
      double error =
          Quality.integrationError(sampling, twice, rounded, EVALUATION_SEED, DOUBLING_SAMPLES);
      Quality at2 = Quality.measure(twice, rounded, EVALUATION_SEED, SAMPLES);
      listener.doubled(error, at2.ess());
      if (!(error < LOST_INTEGRATOR)) {
        return "log q moves by " + error + " when the ODE's steps are doubled";
      }
    }
    listener.evaluated(step, quality.ess(), quality.acceptance());
    if (quality.ess() > bestEss) {
      bestEss = quality.ess();
      best = rounded;
    }
    return null;
  }

  /** What the weights file will hold. */
  private static double[] rounded(double[] theta) {
    double[] rounded = new double[theta.length];
    for (int i = 0; i < theta.length; i++) {
      rounded[i] = (float) theta[i];
    }
    return rounded;
  }

  private FlowModel write() throws IOException {
    FlowShape shape = plan.shape();
    Double integration = null;
    if (shape instanceof OdeShape ode) {
      OdeSteps served = OdeSteps.choose(ode, best, phi4, machine, QUALITY_SEED, DOUBLING_SAMPLES);
      shape = served.shape();
      integration = served.error();
    }
    Quality quality;
    try (FlowSampler served =
        new FlowSampler(shape.on(phi4.lattice()), phi4::action, phi4.constant(), false, machine)) {
      quality = Quality.measure(served, best, QUALITY_SEED, FINAL_SAMPLES);
    }
    ModelDescription description =
        new ModelDescription(
            ModelDescription.FORMAT,
            plan.id(),
            shape.generator(),
            FlowFiles.architecture(shape),
            new ModelDescription.TargetRecord(
                plan.target().theory(),
                plan.target().extents(),
                new java.util.TreeMap<>(plan.target().couplings())),
            quality.record(QUALITY_SEED, integration),
            new ModelDescription.Training(
                plan.command(),
                plan.seed(),
                step,
                plan.batch(),
                recent,
                Math.round(seconds),
                machine.describe(),
                System.getProperty("java.version")));
    Path directory = plan.directory();
    Checkpoint.replace(directory.resolve(FlowFiles.WEIGHTS), FlowFiles.weights(flow, best));
    Checkpoint.replace(
        directory.resolve(FlowFiles.DESCRIPTION),
        FlowFiles.text(description).getBytes(StandardCharsets.UTF_8));
    return FlowFiles.read(directory);
  }
}
