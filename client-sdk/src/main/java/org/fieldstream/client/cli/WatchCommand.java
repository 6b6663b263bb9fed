package org.fieldstream.client.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import org.fieldstream.client.sdk.FieldstreamClient;
import org.fieldstream.v1.SeriesEstimate;
import org.fieldstream.v1.WatchRequest;
import org.fieldstream.v1.WatchResponse;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code watch}: shows running estimates until it is told to stop. */
@Command(
    name = "watch",
    mixinStandardHelpOptions = true,
    versionProvider = FieldstreamCommand.Version.class,
    description = {
      "Shows running means, errors and autocorrelation times as they change.",
      "",
      "Examples:",
      "  watch                              (all recorded series)",
      "  watch run7/plaquette 'run8/*'",
      "  watch phi4-continuous-8x8/phi2     (what the server measures on its own streams)",
      ""
    })
final class WatchCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..*",
      paramLabel = "SERIES",
      description = "Names, or beginnings of names followed by * (default: *).")
  private List<String> series = List.of();

  @Mixin private ServerOptions server = new ServerOptions();

  @Option(
      names = "--interval",
      paramLabel = "SECONDS",
      defaultValue = "1",
      description = "Shortest time between two tables, 0.1 to 3600 (default: ${DEFAULT-VALUE}).")
  private double interval = 1;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "0",
      description = "Ends after so many tables (default: 0, at Ctrl-C).")
  private long count;

  @Option(names = "--json", description = "Print each response, as a line of JSON.")
  private boolean json;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // spec is set by picocli.
  WatchCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    Display display = new Display(spec.commandLine().getOut(), Terminal.isInteractive());
    WatchRequest request =
        WatchRequest.newBuilder()
            .addAllSeries(series.isEmpty() ? List.of("*") : series)
            .setInterval(duration(interval))
            .build();
    try (FieldstreamClient client = FieldstreamClient.connect(server.toClientOptions());
        Interrupt interrupt = new Interrupt(display::stop)) {
      client
          .watch(
              request,
              (reason, wait) ->
                  err.printf(
                      Locale.ROOT,
                      "connection lost (%s); going on in %.1f s%n",
                      reason,
                      wait.toMillis() / 1e3))
          .subscribe(display);
      display.await();
    }
    return 0;
  }

  private static com.google.protobuf.Duration duration(double seconds) {
    if (!(seconds >= 0.1 && seconds <= 3600)) {
      throw new IllegalArgumentException("interval: " + seconds + " (expected: 0.1 to 3600)");
    }
    long whole = (long) seconds;
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(whole)
        .setNanos((int) Math.round((seconds - whole) * 1e9))
        .build();
  }

  /** Draws each response; ends the stream after the last one that is wanted. */
  private final class Display implements Flow.Subscriber<WatchResponse> {
    private final PrintWriter out;
    private final boolean redraw;
    private final Map<String, SeriesEstimate> latest = new TreeMap<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private Flow.@Nullable Subscription subscription;
    private long shown;
    private int lines;

    Display(PrintWriter out, boolean redraw) {
      this.out = out;
      this.redraw = redraw;
    }

    @Override
    public synchronized void onSubscribe(Flow.Subscription begun) {
      subscription = begun;
      begun.request(1);
    }

    @Override
    public synchronized void onNext(WatchResponse response) {
      response.getEstimatesList().forEach(e -> latest.put(e.getSeries(), e));
      if (json) {
        out.println(json(response));
      } else {
        draw(response);
      }
      out.flush();
      shown++;
      if (shown == count) {
        stop();
      } else if (subscription != null) {
        subscription.request(1);
      }
    }

    private String json(WatchResponse response) {
      try {
        return JsonFormat.printer()
            .preservingProtoFieldNames()
            .omittingInsignificantWhitespace()
            .print(response);
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalStateException("response: cannot be written as JSON", e);
      }
    }

    private void draw(WatchResponse response) {
      String time =
          Instant.ofEpochSecond(response.getTime().getSeconds())
              .truncatedTo(ChronoUnit.SECONDS)
              .toString();
      String text =
          time
              + System.lineSeparator()
              + (latest.isEmpty()
                  ? "nothing was recorded yet" + System.lineSeparator()
                  : EstimateTable.of(latest.values()));
      if (redraw && lines > 0) {
        // Up to where the last table began, and all below it away.
        out.print("\u001b[" + lines + "A\u001b[J");
      } else if (shown > 0) {
        out.println();
      }
      out.print(text);
      lines = (int) text.chars().filter(c -> c == '\n').count();
    }

    @Override
    public void onError(Throwable cause) {
      failure.set(cause);
      over.countDown();
    }

    @Override
    public void onComplete() {
      over.countDown();
    }

    synchronized void stop() {
      if (subscription != null) {
        subscription.cancel();
      }
      over.countDown();
    }

    void await() throws InterruptedException {
      over.await();
      Throwable cause = failure.get();
      if (cause instanceof RuntimeException known) {
        throw known;
      }
      if (cause != null) {
        throw new IllegalStateException(cause);
      }
    }
  }
}
