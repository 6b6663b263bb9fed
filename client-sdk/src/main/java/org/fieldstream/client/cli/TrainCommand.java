package org.fieldstream.client.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.fieldstream.client.sdk.FieldstreamClient;
import org.fieldstream.v1.Model;
import org.fieldstream.v1.TrainModelRequest;
import org.fieldstream.v1.TrainModelResponse;
import org.jspecify.annotations.Nullable;
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
      "Example:",
      "  train mine --theory phi4 --extents 8x8 --coupling m2=-4,lambda=6.5 --steps 1000",
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
      description = "The kind of generator (default: ${DEFAULT-VALUE}).")
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

  @Option(names = "--seed", paramLabel = "N", description = "Seed (default: 0).")
  private long seed;

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
      description = "A stored ensemble to learn from, for generators that do.")
  private String ensemble = "";

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // spec is set by picocli.
  TrainCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (FieldstreamClient client = FieldstreamClient.connect(server.toClientOptions());
        Display display = new Display(spec.commandLine().getErr())) {
      CompletableFuture<Model> training = client.train(request(), display::show);
      try (Interrupt interrupt = new Interrupt(() -> training.cancel(false))) {
        Model model = training.join();
        display.close();
        out.printf(
            Locale.ROOT,
            "%s %s, ESS/N %.3f%n",
            model.getId(),
            model.getDigest(),
            model.getQuality().getEssFraction());
        return 0;
      } catch (CancellationException e) {
        display.close();
        out.println("ended; no model was left");
        return FieldstreamCommand.FAILURE;
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
        .setSeed(seed)
        .setSteps(steps)
        .setBatchSize(batch)
        .putAllSettings(settings)
        .setStartFrom(startFrom)
        .setEnsemble(ensemble)
        .build();
  }

  /** How far it is; begun with the first message, which tells the number of steps. */
  private static final class Display implements AutoCloseable {
    private final PrintWriter err;
    private @Nullable Progress progress;
    private String quality = "";
    private boolean closed;

    Display(PrintWriter err) {
      this.err = err;
    }

    synchronized void show(TrainModelResponse message) {
      // A message may be on its way while the command ends.
      if (closed) {
        return;
      }
      if (progress == null) {
        progress = Terminal.progress("training", message.getSteps(), "steps", err);
      }
      if (message.hasQuality()) {
        quality = String.format(Locale.ROOT, ", ESS/N %.3f", message.getQuality().getEssFraction());
      }
      progress.update(
          message.getStep(),
          () -> String.format(Locale.ROOT, "loss %.4f%s", message.getLoss(), quality));
    }

    @Override
    public synchronized void close() {
      closed = true;
      if (progress != null) {
        progress.close();
      }
    }
  }
}
