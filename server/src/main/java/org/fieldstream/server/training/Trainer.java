package org.fieldstream.server.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.flow.Flow;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.generator.flow.FlowSampler;
import org.fieldstream.server.generator.flow.FlowShape;
import org.fieldstream.server.generator.flow.FlowTheory;
import org.fieldstream.server.generator.flow.OdeShape;
import org.fieldstream.server.model.ModelDescription;
import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;

/**
 * Trains a flow by reverse Kullback-Leibler divergence: no data, only the action. {@link Soap} with
 * clipped gradients and a cosine-decayed rate; the ESS is measured on the way over whole samples;
 * the best values are kept; values that went wrong (not finite, or an integrator that no longer
 * integrates) are rolled back to the last good ones at half the rate. A training is a function of
 * its plan and the machine kind, continued or not.
 */
public final class Trainer implements Training, AutoCloseable {
  /** Draws of each ESS on the way. */
  public static final int SAMPLES = 16_384;

  private static final long EVALUATION_SEED = 0x5eedL;
  private static final int WARM_UP = 50;
  private static final int DOUBLING_SAMPLES = 1024;

  /**
   * Beyond this RMS change of log q under step doubling the integrator no longer follows the flow.
   */
  private static final double LOST_INTEGRATOR = 0.05;

  private final TrainingPlan plan;
  private final Machine machine;
  private final TrainingListener listener;
  private final Flow flow;

  /** With gradients. */
  private final List<FlowSampler> training = new ArrayList<>();

  /** At the plan's target, or at those it is trained for beside it. */
  private final List<FlowSampler> sampling = new ArrayList<>();

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
    plan.check();
    FlowTheory theory = FlowTheory.of(plan.target());
    flow = plan.shape().on(theory);
    List<Target> rehearsals = plan.shape().rehearsals(plan.target());
    for (Target target : rehearsals) {
      training.add(sampler(plan.shape(), FlowTheory.of(target), true));
      sampling.add(sampler(plan.shape(), FlowTheory.of(target), false));
    }
    doubled =
        plan.shape() instanceof OdeShape ode
            ? sampler(ode.withSteps(2 * ode.steps()), theory, false)
            : null;
    FlowModel start = plan.start();
    theta =
        start == null
            ? flow.initial(plan.seed())
            : Transfer.start(start, plan.shape(), theory, plan.seed());
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

  private FlowSampler sampler(FlowShape shape, FlowTheory theory, boolean gradients) {
    return new FlowSampler(shape.on(theory), theory::action, theory.constant(), gradients, machine);
  }

  /** Deletes the checkpoint in a directory, if there is one. */
  public static void forget(Path directory) throws IOException {
    Files.deleteIfExists(directory.resolve(Checkpoint.NAME));
  }

  @Override
  public int parameters() {
    return theta.length;
  }

  @Override
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
    try {
      return write(stop);
    } catch (StoppedException e) {
      // The checkpoint of the last step stands: only the measurement is made again.
      return null;
    }
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
    double[] rounded = Finish.rounded(theta);
    Quality quality =
        Quality.worst(sampling, rounded, EVALUATION_SEED, SAMPLES, StoppedException.NEVER);
    FlowSampler twice = doubled;
    if (twice != null) {
      double error =
          Quality.integrationError(
              sampling.get(0), twice, rounded, EVALUATION_SEED, DOUBLING_SAMPLES);
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

  private FlowModel write(BooleanSupplier stop) throws IOException {
    ModelDescription.Training record =
        new ModelDescription.Training(
            plan.command(),
            plan.seed(),
            step,
            plan.batch(),
            recent,
            Math.round(seconds),
            machine.describe(),
            System.getProperty("java.version"));
    return Finish.write(
        plan.id(),
        plan.target(),
        plan.shape(),
        best,
        record,
        plan.directory(),
        Finish.SAMPLES,
        machine,
        stop);
  }

  /** Frees what it has on the machine. */
  @Override
  public void close() {
    training.forEach(FlowSampler::close);
    sampling.forEach(FlowSampler::close);
    FlowSampler twice = doubled;
    if (twice != null) {
      twice.close();
    }
  }
}
