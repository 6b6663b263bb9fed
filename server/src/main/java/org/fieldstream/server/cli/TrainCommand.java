package org.fieldstream.server.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.Machines;
import org.fieldstream.server.ensemble.EnsembleStore;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.generator.flow.FlowShape;
import org.fieldstream.server.generator.flow.FlowTheory;
import org.fieldstream.server.model.FlowFiles;
import org.fieldstream.server.model.ModelFileException;
import org.fieldstream.server.model.ModelStore;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.U1;
import org.fieldstream.server.training.PlaquettePlan;
import org.fieldstream.server.training.ScorePlan;
import org.fieldstream.server.training.Training;
import org.fieldstream.server.training.TrainingException;
import org.fieldstream.server.training.TrainingJob;
import org.fieldstream.server.training.TrainingListener;
import org.fieldstream.server.training.TrainingPlan;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code train}: makes a model directory from an action. */
@Command(
    name = "train",
    description =
        "Trains a flow on the action alone (reverse KL), or a diffusion model on an ensemble (score"
            + " matching), and writes a model directory. Killed, it goes on from its checkpoint when"
            + " the same command is given again.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
public final class TrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--theory", description = "Theory.")
  private String theory = "phi4";

  @Option(
      names = "--extents",
      required = true,
      split = "[x,]",
      description = "Lattice, such as 8x8.")
  private List<Integer> extents = List.of();

  @Option(
      names = "--coupling",
      required = true,
      description = "Coupling as name=value, once for each: m2 and lambda, or kappa and lambda_h.")
  private Map<String, Double> couplings = new LinkedHashMap<>();

  @Option(
      names = "--id",
      description = "Model id. Default: THEORY-KIND-EXTENTS, such as phi4-continuous-8x8.")
  private @Nullable String id;

  @Option(
      names = "--form",
      description =
          "split, ode, affine or diffusion (phi4), plaquette or diffusion (u1). Default: the theory's first.")
  private @Nullable String form;

  @Mixin private FlowOptions flow = new FlowOptions();

  @Mixin private DiffusionOptions diffusion = new DiffusionOptions();

  @Option(
      names = "--start",
      description =
          "Model to start from, of any lattice: its directory, or its id if it ships or is in"
              + " data/models.")
  private @Nullable Path start;

  @Option(names = "--seed", description = "Seed of initial values and draws.")
  private long seed = 1;

  @Option(names = "--steps", description = "Optimiser steps.")
  private int steps = 1500;

  @Option(names = "--batch", description = "Configurations in a step.")
  private int batch = 128;

  @Option(names = "--rate", description = "Learning rate at the start.")
  private double rate = 3e-3;

  @Option(names = "--clip", description = "Gradients are shortened to this norm.")
  private double clip = 20;

  @Option(names = "--target-ess", description = "Stop when the ESS reaches this; 2 for never.")
  private double targetEss = 2;

  @Option(names = "--evaluations", description = "How often the ESS is measured on the way.")
  private int evaluations = 20;

  @Option(names = "--machine", description = "auto, vector, opencl[:n] or jtp.")
  private String machineName = "auto";

  @Option(names = "--out", description = "Model directory. Default: data/models/ID.")
  private @Nullable Path out;

  @Option(names = "--restart", description = "Forget a checkpoint and begin anew.")
  private boolean restart;

  @Override
  public Integer call() throws IOException {
    boolean score = "diffusion".equals(form);
    if (!score) {
      diffusion.refuse(spec.commandLine());
    }
    try (EnsembleStore store = EnsemblesCommand.store(diffusion.data())) {
      return score ? train(scorePlan(store)) : train(TrainingJob.of(plan()));
    }
  }

  private TrainingJob scorePlan(EnsembleStore store) {
    String given = start != null ? "start" : flow.ofSplitAlone();
    if (given != null) {
      throw misused(
          new IllegalArgumentException(
              given
                  + ": given with --form diffusion (expected: forms that are trained on the action)"));
    }
    try {
      Target target = new Target(theory, extents, couplings);
      if (theory.equals(U1.NAME)) {
        return plaquettePlan(store, target);
      }
      String name = id == null ? theory + "-diffusion-" + lattice() : id;
      ScorePlan plan =
          diffusion.plan(
              name,
              target,
              flow.sines() == null ? DiffusionOptions.SINES : flow.sines(),
              seed,
              store,
              Invocation.of(spec),
              out == null ? Path.of("data", "models", name) : out);
      plan.shape().on(FlowTheory.of(target)); // refuses what does not fit, before all else
      return TrainingJob.of(plan);
    } catch (IllegalArgumentException e) {
      throw misused(e);
    }
  }

  /** One score for all lattices: its name has none. */
  private TrainingJob plaquettePlan(EnsembleStore store, Target target) {
    if (flow.sines() != null) {
      throw new IllegalArgumentException("sines: " + flow.sines() + " (expected: for phi4 only)");
    }
    String name = id == null ? theory + "-diffusion" : id;
    Path directory = out == null ? Path.of("data", "models", name) : out;
    PlaquettePlan plan =
        diffusion.plaquettes(name, target, seed, store, Invocation.of(spec), directory);
    return TrainingJob.of(plan);
  }

  private String lattice() {
    return extents.stream().map(String::valueOf).collect(Collectors.joining("x"));
  }

  private Integer train(TrainingJob job) throws IOException {
    if (restart) {
      Files.deleteIfExists(job.directory().resolve("checkpoint.safetensors"));
    }
    PrintWriter text = spec.commandLine().getOut();
    AtomicBoolean stop = new AtomicBoolean();
    CountDownLatch finished = new CountDownLatch(1);
    Thread hook = new Thread(() -> stopAndWait(stop, finished), "stop-training");
    Runtime.getRuntime().addShutdownHook(hook);
    try (Machine machine = machine();
        TrainingDisplay display = new TrainingDisplay(text, job.id(), job.steps());
        Training trainer = trainer(job, machine, display)) {
      display.start(trainer.parameters(), machine.describe());
      Model model = trainer.run(stop::get);
      display.close();
      if (model == null) {
        text.println("stopped; the same command goes on from the checkpoint in " + job.directory());
        return 130;
      }
      report(text, job.directory(), model);
      return 0;
    } catch (TrainingException e) {
      spec.commandLine().getErr().println(e.getMessage());
      spec.commandLine().getErr().flush();
      return 1;
    } finally {
      finished.countDown();
      if (!stop.get()) {
        Runtime.getRuntime().removeShutdownHook(hook);
      }
    }
  }

  private Machine machine() {
    try {
      return Machines.open(machineName);
    } catch (IllegalArgumentException e) {
      throw misused(e);
    }
  }

  private Training trainer(TrainingJob job, Machine machine, TrainingListener listener)
      throws IOException {
    try {
      return job.opening().open(machine, listener);
    } catch (IllegalArgumentException e) { // target, architecture and start do not fit together
      throw misused(e);
    }
  }

  private ParameterException misused(RuntimeException e) {
    return new ParameterException(spec.commandLine(), e.getMessage(), e);
  }

  private static void stopAndWait(AtomicBoolean stop, CountDownLatch finished) {
    stop.set(true);
    try {
      if (!finished.await(30, TimeUnit.SECONDS)) {
        System.err.println("train: stopped within a step; the last checkpoint stands");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void report(PrintWriter text, Path directory, Model model) {
    Map<String, String> facts = model.facts();
    text.printf(
        Locale.ROOT,
        "%s: ESS %s of %s draws, acceptance %s, exact for %s%nwritten to %s%n",
        model.id(),
        facts.get("ess_fraction"),
        facts.get("sample_count"),
        facts.get("acceptance"),
        model.exactness(),
        directory);
    text.flush();
  }

  private @Nullable FlowModel first() {
    Path from = start;
    if (from == null) {
      return null;
    }
    return !Files.exists(from)
            && ModelStore.load(diffusion.data()).find(from.toString()).orElse(null)
                instanceof FlowModel known
        ? known
        : FlowFiles.read(from);
  }

  private TrainingPlan plan() {
    try {
      FlowModel first = first();
      String chosen = form != null ? form : theory.equals(U1.NAME) ? "plaquette" : "split";
      FlowShape shape = flow.shape(chosen, first == null ? null : first.shape());
      String kind = shape.generator().replace("-flow", "");
      String name = id == null ? theory + "-" + kind + "-" + lattice() : id;
      TrainingPlan plan =
          new TrainingPlan(
              name,
              new Target(theory, extents, couplings),
              shape,
              first,
              seed,
              steps,
              batch,
              rate,
              clip,
              targetEss,
              evaluations,
              Invocation.of(spec),
              out == null ? Path.of("data", "models", name) : out);
      shape.on(FlowTheory.of(plan.target())); // refuses what does not fit, before all else
      return plan;
    } catch (IllegalArgumentException | ModelFileException e) {
      throw misused(e);
    }
  }
}
