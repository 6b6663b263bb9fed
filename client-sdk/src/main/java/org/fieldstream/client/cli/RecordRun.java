package org.fieldstream.client.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.fieldstream.client.sdk.FieldstreamException;
import org.fieldstream.client.sdk.MeasurementRecorder;
import org.fieldstream.v1.Measurement;
import org.fieldstream.v1.RecordResponse;
import org.fieldstream.v1.Refusal;
import org.fieldstream.v1.SeriesEstimate;

/**
 * One text from beginning to end: lines into requests, as many as there are without waiting for
 * more, answers into counts. {@link #run} is called once, by one thread; {@link #stop} by any.
 */
final class RecordRun {
  /** Measurements of a request, at most. */
  private static final int BATCH = 1000;

  /** Refusals that are told one by one. */
  private static final int TOLD = 20;

  private final MeasurementRecorder recorder;
  private final MeasurementReader reader;
  private final Progress progress;
  private final String name;
  private final Map<String, SeriesEstimate> estimates = new TreeMap<>();
  private volatile boolean stopped;
  private long stored;
  private long duplicates;
  private long refused;

  /**
   * A run.
   *
   * @param name of the text, for messages
   */
  RecordRun(
      MeasurementRecorder recorder, MeasurementReader reader, Progress progress, String name) {
    this.recorder = recorder;
    this.reader = reader;
    this.progress = progress;
    this.name = name;
  }

  /** Ends after the line at hand; what was read is still recorded. */
  void stop() {
    stopped = true;
  }

  /**
   * Records until the end of the text or {@link #stop}, and waits until all is acknowledged.
   *
   * @throws IllegalArgumentException for a line that cannot be read, with its number; what came
   *     before is recorded
   */
  void run(BufferedReader text) throws IOException {
    List<Measurement> batch = new ArrayList<>();
    long number = 0;
    try {
      String line = text.readLine();
      while (line != null && !stopped) {
        number++;
        batch.addAll(reader.read(line));
        if (batch.size() >= BATCH || (!batch.isEmpty() && !text.ready())) {
          send(batch);
          batch = new ArrayList<>();
        }
        line = text.readLine();
      }
    } catch (IllegalArgumentException e) {
      send(batch);
      await();
      throw new IllegalArgumentException(name + ", line " + number + ": " + e.getMessage(), e);
    }
    send(batch);
    await();
  }

  private void send(List<Measurement> batch) {
    if (!batch.isEmpty()) {
      // A failure comes out of await.
      recorder.record(List.copyOf(batch)).thenAccept(this::acknowledged);
    }
  }

  private void await() {
    try {
      recorder.finish().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof FieldstreamException cause) {
        throw new FieldstreamException(
            cause.status(),
            cause.getMessage()
                + String.format(
                    Locale.ROOT, " (after %d measurements were acknowledged)", acknowledged()),
            cause.field());
      }
      throw e;
    }
  }

  private synchronized void acknowledged(RecordResponse response) {
    stored += response.getStored();
    duplicates += response.getDuplicates();
    for (Refusal refusal : response.getRefusalsList()) {
      refused++;
      if (refused <= TOLD) {
        progress.line(
            "refused: %s, configuration %s, replica %s: %s"
                .formatted(
                    refusal.getSeries(),
                    Long.toUnsignedString(refusal.getConfigurationId()),
                    Integer.toUnsignedString(refusal.getReplica()),
                    refusal.getReason()));
      }
    }
    response.getEstimatesList().forEach(e -> estimates.put(e.getSeries(), e));
    progress.update(acknowledged(), () -> stored + " new");
  }

  private synchronized long acknowledged() {
    return stored + duplicates + refused;
  }

  /** Measurements that the server refused. */
  synchronized long refused() {
    return refused;
  }

  /** What came of it, for a person. */
  synchronized String summary() {
    return String.format(
            Locale.ROOT,
            "%d measurements are durable: %d new, %d were there already; %d refused%n%n",
            stored + duplicates,
            stored,
            duplicates,
            refused)
        + EstimateTable.of(estimates.values());
  }
}
