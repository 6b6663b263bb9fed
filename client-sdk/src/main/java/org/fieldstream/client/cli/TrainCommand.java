package org.fieldstream.client.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.fieldstream.client.sdk.FieldstreamClient;
import org.fieldstream.v1.Model;
import org.fieldstream.v1.TrainModelRequest;
import org.fieldstream.v1.TrainModelResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code train}: trains a model on the server and shows how it goes. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    versionProvider = FieldstreamCommand.Version.class,
    description = {
      "Trains a model on the server. Ctrl-C ends the training and leaves no model.",
      "",
      "Examples:",
      "  train mine --theory phi4 --extents 8x8 --coupling m2=-4,lambda=6.5 --steps 1000",
      "  train mine --generator diffusion --ensemble run7 --theory u1 --extents 8x8 --coupling beta=1",
      ""
    })
final class TrainCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "The id the model shall have.")
  private String id = "";

  @Mixin private ServerOptions server = new ServerOptions();

  @Mixin private TargetOptions target = new TargetOptions();

  @Option(
      names = "--generator",
      paramLabel = "KIND",
      defaultValue = "continuous-flow",
      description =
          "The kind of generator: continuous-flow, affine-flow or diffusion (default:"
              + " ${DEFAULT-VALUE}).")
  private String generator = "continuous-flow";

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Optimiser steps (default: the generator's).")
  private long steps;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Configurations in a step (default: the generator's).")
  private int batch;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed, 0 to 2^64-1 (default: ${DEFAULT-VALUE}).")
  private String seed = "0";

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      split = ",",
      description = "Another setting of the generator, such as learning_rate=0.004.")
  private Map<String, Double> settings = new LinkedHashMap<>();

  @Option(
      names = "--start-from",
      paramLabel = "MODEL",
      description = "A model whose weights to begin with (default: from scratch).")
  private String startFrom = "";

  @Option(
      names = "--ensemble",
      paramLabel = "NAME",
      description = "The stored ensemble that a diffusion model learns from; flows need none.")
  private String ensemble = "";

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // spec is set by picocli.
  TrainCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    BlockingQueue<Optional<TrainModelResponse>> told = new LinkedBlockingQueue<>();
    try (FieldstreamClient client = FieldstreamClient.connect(server.toClientOptions())) {
      CompletableFuture<Model> training =
          client.train(request(), message -> told.add(Optional.of(message)));
      training.whenComplete((model, failure) -> told.add(Optional.empty()));
      try (Interrupt interrupt = new Interrupt(() -> training.cancel(false))) {
        show(told);
        boolean cancelled = training.isCancelled();
        out.println(cancelled ? "ended; no model, unless it was done already" : line(training));
        // The virtual machine may halt as soon as the interrupt is closed.
        out.flush();
        return cancelled ? FieldstreamCommand.FAILURE : 0;
      }
    }
  }

  private static String line(CompletableFuture<Model> training) {
    Model model = training.join();
    double ess = model.getQuality().getEssFraction();
    return String.format(Locale.ROOT, "%s %s, ESS/N %.3f", model.getId(), model.getDigest(), ess);
  }

  /** Here, not where messages come in: a terminal that blocks must not hold up the connection. */
  private void show(BlockingQueue<Optional<TrainModelResponse>> told) throws InterruptedException {
    Progress progress = null;
    String quality = "";
    try {
      Optional<TrainModelResponse> next;
      while ((next = told.take()).isPresent()) {
        TrainModelResponse message = next.get();
        if (progress == null) {
          PrintWriter err = spec.commandLine().getErr();
          progress = Terminal.progress("training", message.getSteps(), "steps", err);
        }
        if (message.hasQuality()) {
          double ess = message.getQuality().getEssFraction();
          quality = String.format(Locale.ROOT, ", ESS/N %.3f", ess);
        }
        boolean measuring = message.getStep() == message.getSteps() && !message.hasModel();
        String now = measuring ? ", measuring its quality" : "";
        String figures =
            String.format(Locale.ROOT, "loss %.4f%s%s", message.getLoss(), quality, now);
        progress.update(message.getStep(), () -> figures);
      }
    } finally {
      if (progress != null) {
        progress.close();
      }
    }
  }

  private TrainModelRequest request() {
    if (steps < 0 || batch < 0) {
      throw new IllegalArgumentException(
          (steps < 0 ? "steps: " + steps : "batch: " + batch) + " (expected: >= 1)");
    }
    return TrainModelRequest.newBuilder()
        .setModel(id)
        .setGenerator(generator)
        .setTarget(target.toTarget())
        .setSeed(Words.seed(seed))
        .setSteps(steps)
        .setBatchSize(batch)
        .putAllSettings(settings)
        .setStartFrom(startFrom)
        .setEnsemble(ensemble)
        .build();
  }
}
