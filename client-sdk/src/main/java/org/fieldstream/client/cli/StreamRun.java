package org.fieldstream.client.cli;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.fieldstream.client.sdk.BatchIterator;
import org.fieldstream.client.sdk.ConfigurationBatch;
import org.fieldstream.client.sdk.FieldstreamClient;
import org.fieldstream.client.sdk.ResumePoint;
import org.fieldstream.v1.Alarm;
import org.fieldstream.v1.SubscribeRequest;
import org.jspecify.annotations.Nullable;

/**
 * One subscription from beginning to end: batches into measurements and files, figures into the
 * progress display. Stops in order when asked from outside.
 *
 * <p>{@link #run} is called once, by one thread; {@link #stop} by any.
 */
final class StreamRun {
  private static final long CHECKPOINT_NANOS = 2_000_000_000L;
  private static final int REPLAY = 4096;

  private final FieldstreamClient client;
  private final SubscribeRequest request;
  private final int chains;
  private final Progress progress;
  private final @Nullable Path directory;
  private final @Nullable Duration limit;
  private @Nullable RunFiles files;
  private @Nullable Measurements measurements;
  private @Nullable RunState state;
  private @Nullable BatchIterator batches;
  private List<Alarm> alarms = List.of();
  private final Set<Integer> told = new HashSet<>();
  private boolean stopped;
  private boolean complete;
  private long received;
  private long firstBatch;
  private long firstAt;
  private long lastAt;

  /**
   * @param request what to stream
   * @param chains interleaved Markov chains where the model says so; 0 where it does not
   * @param directory where files go; null for none
   * @param limit time after the first batch to stop at; null for none
   */
  StreamRun(
      FieldstreamClient client,
      SubscribeRequest request,
      int chains,
      Progress progress,
      @Nullable Path directory,
      @Nullable Duration limit) {
    this.client = client;
    this.request = request;
    this.chains = chains;
    this.progress = progress;
    this.directory = directory;
    this.limit = limit;
  }

  /** Goes on with the run that files hold. */
  static StreamRun resuming(FieldstreamClient client, RunFiles files, Progress progress)
      throws IOException {
    RunState state = files.state();
    StreamRun run =
        new StreamRun(client, state.request(), state.chains(), progress, files.directory(), null);
    run.files = files;
    run.state = state;
    Measurements measurements = run.begin(state);
    long end = state.from().nextIndex();
    for (long first = 0; first < end; first += REPLAY) {
      measurements.add(files.replay(first, (int) Math.min(REPLAY, end - first)));
    }
    return run;
  }

  /**
   * Streams until the end, {@link #stop} or the time limit.
   *
   * @throws IOException where a file cannot be written
   * @throws org.fieldstream.client.sdk.FieldstreamException where the stream fails; what came
   *     before is on the disk
   */
  void run() throws IOException {
    ResumePoint from = state == null ? ResumePoint.START : state.from();
    ScheduledExecutorService clock =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "time-limit");
              thread.setDaemon(true);
              return thread;
            });
    try (BatchIterator iterator =
        BatchIterator.over(client.subscribe(request, from, this::interrupted))) {
      publish(iterator);
      long checkpointAt = System.nanoTime() + CHECKPOINT_NANOS;
      while (iterator.hasNext()) {
        take(iterator.next());
        if (limit != null && lastAt == firstAt) {
          // From the first batch on: connecting and thermalising are not streaming.
          clock.schedule(this::stop, limit.toMillis(), TimeUnit.MILLISECONDS);
        }
        if (files != null && System.nanoTime() >= checkpointAt) {
          files.checkpoint();
          checkpointAt = System.nanoTime() + CHECKPOINT_NANOS;
        }
      }
      complete = !isStopped();
    } finally {
      clock.shutdownNow();
      if (files != null) {
        files.checkpoint();
      }
    }
  }

  private synchronized void publish(BatchIterator iterator) {
    batches = iterator;
    if (stopped) {
      iterator.close();
    }
  }

  /** Ends the stream after the batch at hand. */
  synchronized void stop() {
    stopped = true;
    if (batches != null) {
      batches.close();
    }
  }

  private synchronized boolean isStopped() {
    return stopped;
  }

  private void take(ConfigurationBatch batch) throws IOException {
    Measurements into = measurements == null ? first(batch) : measurements;
    into.add(batch);
    if (files != null) {
      files.append(batch);
    }
    lastAt = System.nanoTime();
    if (received == 0) {
      firstAt = lastAt;
      firstBatch = batch.count();
    }
    received += batch.count();
    alarms = batch.alarms();
    for (Alarm alarm : alarms) {
      if (told.add(alarm.getKindValue())) {
        progress.line("alarm: " + alarm.getSentence());
      }
    }
    long done = limit == null ? into.count() : Math.round((lastAt - firstAt) / 1e9);
    progress.update(done, () -> figures(into));
  }

  private Measurements first(ConfigurationBatch batch) throws IOException {
    boolean oneChain = batch.logWeight().length > 0;
    RunState begun =
        new RunState(
            request,
            ResumePoint.START,
            batch.shape(),
            batch.exactness(),
            batch.modelDigest(),
            oneChain ? 1 : chains,
            oneChain,
            batch.accepted().length > 0,
            batch.denoising() == null ? List.of() : batch.denoising().sigmas());
    state = begun;
    if (directory != null) {
      files = RunFiles.create(directory, begun);
    }
    return begin(begun);
  }

  private Measurements begin(RunState begun) {
    Sampling sampling = new Sampling(begun.exactness(), begun.chains());
    if (begun.request().getExactness() != begun.exactness()
        && begun.request().getExactnessValue() != 0) {
      progress.line(
          "note: "
              + Words.of(begun.request().getExactness())
              + " was asked for, the server labels the stream "
              + Words.of(begun.exactness()));
    }
    Measurements begins =
        new Measurements(begun.request().getObservablesList(), sampling, begun.shape());
    measurements = begins;
    return begins;
  }

  private void interrupted(String reason, long nextIndex, Duration wait) {
    progress.line(
        String.format(
            Locale.ROOT,
            "connection lost (%s); going on at configuration %d in %.1f s",
            reason,
            nextIndex,
            wait.toMillis() / 1e3));
  }

  /** The figures of the moment in one line, the most wanted first. */
  private String figures(Measurements measurements) {
    List<String> figures = new ArrayList<>();
    if (limit != null) {
      figures.add(Numbers.integer(measurements.count()) + " conf");
    }
    List<Quantity> quantities = measurements.quantities();
    for (Quantity quantity : quantities) {
      if (quantity.name().equals("phi2") || quantity.name().equals("chi")) {
        figures.add(quantity.name() + " " + Numbers.compact(quantity.mean(), quantity.error()));
      }
    }
    if (!Double.isNaN(measurements.acceptance())) {
      figures.add(String.format(Locale.ROOT, "acc %.3f", measurements.acceptance()));
    }
    if (measurements.sampling().isWeighted()) {
      double ess = measurements.weightEffectiveN();
      figures.add(String.format(Locale.ROOT, "ESS %,.0f (%.3f)", ess, ess / measurements.count()));
    } else {
      Quantity slowest = slowest(quantities);
      if (slowest != null) {
        figures.add("ESS " + Numbers.integer(slowest.effectiveN()));
        if (Double.isFinite(slowest.tauInt())) {
          figures.add(String.format(Locale.ROOT, "tau %.1f", slowest.tauInt()));
        }
      }
    }
    if (!Double.isNaN(rate())) {
      figures.add(Numbers.integer(rate()) + "/s");
    }
    return String.join(" ", figures);
  }

  /** The quantity with the fewest independent configurations; null where none is known yet. */
  private static @Nullable Quantity slowest(List<Quantity> quantities) {
    Quantity slowest = null;
    for (Quantity quantity : quantities) {
      if (Double.isFinite(quantity.effectiveN())
          && (slowest == null || quantity.effectiveN() < slowest.effectiveN())) {
        slowest = quantity;
      }
    }
    return slowest;
  }

  /** Whether the stream came to its end. */
  boolean isComplete() {
    return complete;
  }

  /** The measurements; null where no configuration came. */
  @Nullable Measurements measurements() {
    return measurements;
  }

  /** What is known of the stream; null where no configuration came. */
  @Nullable RunState state() {
    return state;
  }

  /** What looks wrong with the stream at its end, by the server's judgement. */
  List<Alarm> alarms() {
    return alarms;
  }

  /** The files; null where none are written or no configuration came. */
  @Nullable RunFiles files() {
    return files;
  }

  /**
   * Configurations a second in this session, from the first batch on, so that connecting and
   * thermalising do not count; NaN before the second batch.
   */
  double rate() {
    return lastAt == firstAt ? Double.NaN : (received - firstBatch) / ((lastAt - firstAt) / 1e9);
  }

  /** The machine-readable record of the run. */
  JsonObject metadata() {
    return RunMetadata.of(this, client.options().address());
  }
}
