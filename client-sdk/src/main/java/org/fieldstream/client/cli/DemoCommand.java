package org.fieldstream.client.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.fieldstream.client.sdk.ClientOptions;
import org.fieldstream.client.sdk.FieldstreamClient;
import org.fieldstream.v1.Exactness;
import org.fieldstream.v1.Model;
import org.fieldstream.v1.SubscribeRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code demo}: a server, a stream from a trained flow, and its means beside reference values. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    versionProvider = FieldstreamCommand.Version.class,
    description =
        "Starts a server, streams exact configurations from a trained flow and compares their means"
            + " with reference values.")
final class DemoCommand implements Callable<Integer> {
  private static final String PREFERRED = "phi4-continuous-32x32";

  /** Generous: a busy machine is slow, not broken; a server that ends is noticed at once. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @Option(
      names = "--server-jar",
      paramLabel = "JAR",
      description = "The server (default: ../../server/target/fieldstream-server.jar, from here).")
  private @Nullable Path serverJar;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "Model id (default: " + PREFERRED + ", else the first trained one).")
  private @Nullable String wanted;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "25",
      description = "How long to stream (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "0",
      description = "Stream this many configurations instead.")
  private long count;

  @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "Which stream.")
  private long seed;

  @Option(
      names = "--exactness",
      paramLabel = "KIND",
      defaultValue = "metropolis",
      description = "metropolis or reweight (default: ${DEFAULT-VALUE}).")
  private String exactness = "metropolis";

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // spec is set by picocli.
  DemoCommand() {}

  @Override
  public Integer call() throws IOException {
    if (seconds < 1 && count < 1) {
      throw new IllegalArgumentException("seconds: " + seconds + " (expected: >= 1)");
    }
    if (count < 0) {
      throw new IllegalArgumentException("count: " + count + " (expected: >= 0)");
    }
    Exactness kind = Words.exactness(exactness);
    PrintWriter err = spec.commandLine().getErr();
    Path jar = serverJar != null ? serverJar : siblingServer();
    Stop stop = new Stop();
    try (Interrupt interrupt = new Interrupt(stop);
        ServerProcess server = ServerProcess.start(jar)) {
      err.printf("starting %s%n", jar);
      server.awaitReady(PATIENCE);
      err.printf(
          "server: gRPC 127.0.0.1:%d, metrics http://127.0.0.1:%d/metrics%n",
          server.grpcPort(), server.httpPort());
      try (FieldstreamClient client =
          FieldstreamClient.connect(
              ClientOptions.of("127.0.0.1", server.grpcPort()).withCallTimeout(PATIENCE))) {
        return stream(client, server, kind, stop, interrupt);
      }
    }
  }

  private int stream(
      FieldstreamClient client,
      ServerProcess server,
      Exactness kind,
      Stop stop,
      Interrupt interrupt)
      throws IOException {
    Model model = choose(client.listModels().join());
    ReferenceValues reference = ReferenceValues.of(model.getTarget());
    PrintWriter err = spec.commandLine().getErr();
    err.printf("model: %s, %s%n", model.getId(), Words.of(model.getTarget()));
    SubscribeRequest request =
        SubscribeRequest.newBuilder()
            .setModel(model.getId())
            .setExactness(kind)
            .setSeed(seed)
            .setCount(count)
            .addAllObservables(Observables.defaults(model, model.getTarget()))
            .build();
    Duration limit = count > 0 ? null : Duration.ofSeconds(seconds);
    Progress progress =
        Terminal.progress(
            model.getId(),
            limit == null ? count : seconds,
            limit == null ? "configurations" : "s",
            err);
    StreamRun run =
        new StreamRun(client, request, Observables.chains(model), progress, null, limit);
    stop.publish(run);
    try {
      run.run();
    } finally {
      progress.close();
    }
    Measurements measurements = run.measurements();
    if (measurements == null) {
      err.println("no configurations came");
      return FieldstreamCommand.FAILURE;
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(ResultTable.of(measurements, reference));
    out.println(Summary.of(run));
    if (reference != null) {
      out.println(
          "reference: an independent Metropolis and Wolff cluster program; pull = difference /"
              + " combined error");
    }
    out.print(MetricsExcerpt.of(server.metrics(), model.getId()));
    out.flush();
    return interrupt.isRequested() ? 130 : 0;
  }

  private Model choose(List<Model> models) throws IOException {
    Model first = null;
    for (Model model : models) {
      if (wanted != null ? model.getId().equals(wanted) : model.getId().equals(PREFERRED)) {
        return model;
      }
      if (first == null && model.hasTarget() && model.getTarget().getTheory().equals("phi4")) {
        first = model;
      }
    }
    if (wanted != null || first == null) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "model: %s (expected: one of %s)",
              wanted == null ? "none trained for phi4" : wanted,
              models.stream().map(Model::getId).toList()));
    }
    return first;
  }

  /** The server's jar beside the client's, as the build leaves them. */
  private static Path siblingServer() throws IOException {
    try {
      Path here =
          Path.of(DemoCommand.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return here.resolve("../../../server/target/fieldstream-server.jar").normalize();
    } catch (URISyntaxException e) {
      throw new IOException("server-jar: cannot be found (expected: --server-jar JAR)", e);
    }
  }

  /** Stops the run once there is one. */
  private static final class Stop implements Runnable {
    private @Nullable StreamRun run;
    private boolean requested;

    @Override
    public synchronized void run() {
      requested = true;
      if (run != null) {
        run.stop();
      }
    }

    synchronized void publish(StreamRun begun) {
      run = begun;
      if (requested) {
        begun.stop();
      }
    }
  }
}
