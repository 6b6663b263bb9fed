package org.fieldstream.client.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.fieldstream.client.sdk.FieldstreamClient;
import org.fieldstream.client.sdk.FieldstreamException;
import org.fieldstream.v1.DType;
import org.fieldstream.v1.Model;
import org.fieldstream.v1.NoiseLevels;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.Target;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code subscribe}: streams configurations, shows their means, writes them to files. */
@Command(
    name = "subscribe",
    mixinStandardHelpOptions = true,
    versionProvider = FieldstreamCommand.Version.class,
    description = {
      "Streams configurations, shows running means with errors and writes .npy files.",
      "",
      "Examples:",
      "  subscribe phi4-continuous-8x8 --count 10000 --out run1",
      "  subscribe hmc --theory phi4 --extents 16x16 --coupling m2=-4,lambda=4.98 --count 4096",
      "  subscribe exact --theory u1 --extents 16x16 --coupling beta=7 --count 4096",
      "  subscribe phi4-diffusion-16x16 --count 100 --denoising 8 --out run2",
      "  subscribe --resume --out run1",
      ""
    })
final class SubscribeCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MODEL",
      description = "Model id; see the models command. Not needed with --resume.")
  private @Nullable String model;

  @Mixin private ServerOptions server = new ServerOptions();

  @Mixin private TargetOptions target = new TargetOptions();

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "0",
      description = "Configurations in the stream (default: 0, until Ctrl-C).")
  private long count;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "Which stream, 0 to 2^64-1 (default: 0).")
  private String seed = "0";

  @Option(
      names = "--exactness",
      paramLabel = "KIND",
      description =
          "metropolis, reweight, raw or langevin-adjusted (default: the server's, metropolis).")
  private @Nullable String exactness;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "0",
      description = "Most configurations in a message (default: 0, the server's choice).")
  private int batchSize;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      defaultValue = "float32",
      description = "float32 or float64 (default: ${DEFAULT-VALUE}).")
  private String dtype = "float32";

  @Option(
      names = "--observables",
      paramLabel = "NAME",
      split = ",",
      description =
          "Observables to measure, such as phi2,m2 (default: the usual ones of the theory).")
  private @Nullable List<String> observables;

  @Option(names = "--no-fields", description = "Do not transfer field values.")
  private boolean noFields;

  @Mixin private NoiseOptions noise = new NoiseOptions();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Write fields.npy, action.npy, log_weight.npy, accepted.npy, observable_*.npy,"
              + " denoising.npy and metadata.json there; needs --count.")
  private @Nullable Path out;

  @Option(
      names = "--resume",
      description = "Go on with the interrupted run in --out; nothing is lost or repeated.")
  private boolean resume;

  @Option(names = "--force", description = "Write over what --out holds already.")
  private boolean force;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // spec is set by picocli.
  SubscribeCommand() {}

  @Override
  public Integer call() throws IOException {
    return resume ? goOn() : begin();
  }

  private int begin() throws IOException {
    if (model == null) {
      throw new IllegalArgumentException("MODEL: missing (expected: a model id; see: models)");
    }
    if (count < 0) {
      throw new IllegalArgumentException("count: " + count + " (expected: >= 0)");
    }
    if (batchSize < 0) {
      throw new IllegalArgumentException("batch-size: " + batchSize + " (expected: >= 0)");
    }
    if (out != null) {
      if (count == 0) {
        throw new IllegalArgumentException(
            "count: 0 (expected: >= 1 with --out, so that whole files can be told from partial)");
      }
      RunFiles.checkFree(out, force);
    }
    SubscribeRequest.Builder request =
        SubscribeRequest.newBuilder()
            .setModel(model)
            .setCount(count)
            .setSeed(Words.seed(seed))
            .setBatchSize(batchSize)
            .setDtype(dtype())
            .setOmitFields(noFields);
    NoiseLevels levels = noise.toLevels();
    if (levels != null) {
      request.setDenoising(levels);
    }
    if (exactness != null) {
      request.setExactness(Words.exactness(exactness));
    }
    if (!target.isEmpty()) {
      request.setTarget(target.toTarget());
    }
    try (FieldstreamClient client = FieldstreamClient.connect(server.toClientOptions())) {
      Model known = client.getModel(model).join();
      request.addAllObservables(
          observables != null ? observables : Observables.defaults(known, request.getTarget()));
      Progress progress = Terminal.progress(model, count, "configurations", err());
      Target sampled = request.hasTarget() ? request.getTarget() : known.getTarget();
      return stream(
          new StreamRun(client, request.build(), Observables.chains(known), progress, out, null),
          progress,
          ReferenceValues.exact(sampled));
    }
  }

  private int goOn() throws IOException {
    if (out == null) {
      throw new IllegalArgumentException("out: missing (expected: the directory to --resume)");
    }
    if (model != null
        || force
        || count != 0
        || !target.isEmpty()
        || !noise.isEmpty()
        || observables != null) {
      throw new IllegalArgumentException(
          "resume: with a model or options of the stream (expected: --resume --out DIR alone; the"
              + " stream goes on as it began)");
    }
    try (RunFiles files = RunFiles.resume(out);
        FieldstreamClient client = FieldstreamClient.connect(server.toClientOptions())) {
      SubscribeRequest request = files.state().request();
      err()
          .printf(
              Locale.ROOT,
              "resuming %s at configuration %d of %d%n",
              request.getModel(),
              files.state().from().nextIndex(),
              request.getCount());
      Progress progress =
          Terminal.progress(request.getModel(), request.getCount(), "configurations", err());
      return stream(
          StreamRun.resuming(client, files, progress),
          progress,
          ReferenceValues.exact(request.getTarget()));
    }
  }

  private int stream(StreamRun run, Progress progress, @Nullable ReferenceValues exact)
      throws IOException {
    try (Interrupt interrupt = new Interrupt(run::stop)) {
      try {
        run.run();
      } catch (FieldstreamException | IOException e) {
        progress.close();
        if (run.files() != null) {
          err().println(howToGoOn());
        }
        throw e;
      }
      progress.close();
      finish(run, exact);
      return run.isComplete() ? 0 : 130;
    } finally {
      RunFiles files = run.files();
      if (files != null) {
        files.close();
      }
    }
  }

  private void finish(StreamRun run, @Nullable ReferenceValues exact) throws IOException {
    PrintWriter stdout = spec.commandLine().getOut();
    Measurements measurements = run.measurements();
    if (measurements == null) {
      err().println("no configurations came");
      return;
    }
    RunFiles files = run.files();
    if (files != null && run.isComplete()) {
      files.complete(run.metadata());
    }
    stdout.print(ResultTable.of(measurements, exact));
    stdout.println(Summary.of(run));
    stdout.flush();
    if (files == null) {
      return;
    }
    if (run.isComplete()) {
      err().println("whole: " + files.directory().resolve(RunFiles.METADATA));
    } else {
      err().println(howToGoOn());
    }
  }

  private String howToGoOn() {
    return "the files in " + out + " are partial; go on with: subscribe --resume --out " + out;
  }

  private DType dtype() {
    return switch (dtype) {
      case "float32" -> DType.DTYPE_FLOAT32;
      case "float64" -> DType.DTYPE_FLOAT64;
      default ->
          throw new IllegalArgumentException("dtype: " + dtype + " (expected: float32 or float64)");
    };
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
