package org.fieldstream.client.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.fieldstream.client.sdk.FieldstreamClient;
import org.fieldstream.client.sdk.MeasurementRecorder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code record}: sends measurements to the server, which keeps them. */
@Command(
    name = "record",
    mixinStandardHelpOptions = true,
    versionProvider = FieldstreamCommand.Version.class,
    description = {
      "Records measurements from a file or standard input; ends when all is durable.",
      "",
      "A table has columns separated by commas, semicolons, tabs or blanks. Its first line may name",
      "them: id, replica, series, log_weight; each other column is a series of its own name, or, with",
      "a series column or --series, a component of the values. Without names the first column is the",
      "id. What is stored already changes nothing: the same file may be sent again, or as it grows.",
      "",
      "Examples:",
      "  record --prefix run7/ run7.csv          (id,plaquette,charge in its first line)",
      "  hmc | record --series run8/plaquette    (lines like '12 0.5934')",
      "  record measurements.ndjson              (lines like '{\"series\":\"run7/plaquette\","
          + "\"configuration_id\":12,\"values\":[0.5934]}')",
      ""
    })
final class RecordCommand implements Callable<Integer> {
  private static final String STDIN = "-";

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FILE",
      defaultValue = STDIN,
      description = "What to record (default: standard input).")
  private String file = STDIN;

  @Mixin private ServerOptions server = new ServerOptions();

  @Option(
      names = "--series",
      paramLabel = "NAME",
      description = "The series of all values in a table.")
  private @Nullable String series;

  @Option(
      names = "--prefix",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Put before the names of series in a table, for example run7/.")
  private String prefix = "";

  @Option(
      names = "--replica",
      paramLabel = "N",
      defaultValue = "0",
      description = "The chain, where the table has no such column (default: 0).")
  private int replica;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "table or ndjson (default: ndjson for *.ndjson and *.jsonl, else table).")
  private @Nullable String format;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // spec is set by picocli.
  RecordCommand() {}

  @Override
  public Integer call() throws IOException {
    if (replica < 0) {
      throw new IllegalArgumentException("replica: " + replica + " (expected: >= 0)");
    }
    MeasurementReader reader = reader();
    PrintWriter err = spec.commandLine().getErr();
    PrintWriter out = spec.commandLine().getOut();
    RecordRun run;
    try (FieldstreamClient client = FieldstreamClient.connect(server.toClientOptions());
        Progress progress = Terminal.progress("record", 0, "measurements", err);
        MeasurementRecorder recorder =
            client.recorder((reason, wait) -> progress.line(interruption(reason, wait)));
        BufferedReader text = open()) {
      run = new RecordRun(recorder, reader, progress, name());
      try (Interrupt interrupt = new Interrupt(run::stop)) {
        run.run(text);
      }
    }
    out.print(run.summary());
    out.flush();
    return run.refused() == 0 ? 0 : FieldstreamCommand.FAILURE;
  }

  private static String interruption(String reason, Duration wait) {
    return String.format(
        Locale.ROOT,
        "connection lost (%s); sending again what was not acknowledged in %.1f s",
        reason,
        wait.toMillis() / 1e3);
  }

  private String name() {
    return file.equals(STDIN) ? "standard input" : file;
  }

  private BufferedReader open() throws IOException {
    return file.equals(STDIN)
        ? new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
        : Files.newBufferedReader(Path.of(file));
  }

  private MeasurementReader reader() {
    String chosen = format;
    if (chosen == null) {
      chosen = file.endsWith(".ndjson") || file.endsWith(".jsonl") ? "ndjson" : "table";
    }
    return switch (chosen) {
      case "table" -> new TableMeasurements(series, prefix, replica);
      case "ndjson" -> {
        if (series != null || !prefix.isEmpty()) {
          throw new IllegalArgumentException(
              "format: ndjson with --series or --prefix (expected: the names in the file)");
        }
        yield new JsonMeasurements();
      }
      default ->
          throw new IllegalArgumentException("format: " + chosen + " (expected: table or ndjson)");
    };
  }
}
