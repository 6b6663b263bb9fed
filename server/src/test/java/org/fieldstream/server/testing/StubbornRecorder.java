package org.fieldstream.server.testing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.function.IntConsumer;
import org.fieldstream.server.testing.RecordClient.Running;
import org.fieldstream.v1.Measurement;
import org.fieldstream.v1.RecordRequest;
import org.fieldstream.v1.RecordResponse;
import org.fieldstream.v1.SeriesEstimate;

/**
 * Records measurements on one server after the other, as they die, and sends again what was not
 * acknowledged.
 */
public final class StubbornRecorder {
  private static final int LARGEST = 20;
  private static final int WINDOW = 32;

  private final Random random;
  private final Deque<Measurement> left;
  private final List<Measurement> acknowledged = new ArrayList<>();
  private final Map<String, Long> bySeries = new HashMap<>();
  private long stored;
  private long duplicates;

  /**
   * A recorder.
   *
   * @param random sizes of requests
   */
  public StubbornRecorder(List<Measurement> measurements, Random random) {
    this.left = new ArrayDeque<>(measurements);
    this.random = random;
  }

  /** What was acknowledged so far, in order. */
  public List<Measurement> acknowledged() {
    return acknowledged;
  }

  /** Whether everything was acknowledged. */
  public boolean isDone() {
    return left.isEmpty();
  }

  /** Measurements that servers said they stored. */
  public long stored() {
    return stored;
  }

  /** Measurements that servers said they had: stored by one that died before it could answer. */
  public long duplicates() {
    return duplicates;
  }

  /**
   * Records until all is acknowledged or the server is gone.
   *
   * @param progress called with the number acknowledged
   */
  public void run(int port, IntConsumer progress) {
    Deque<List<Measurement>> open = new ArrayDeque<>();
    try (RecordClient client = new RecordClient(port)) {
      Running<RecordRequest, RecordResponse> call = client.record();
      long sequence = 0;
      long answered = 0;
      while (!left.isEmpty() || !open.isEmpty()) {
        while (open.size() < WINDOW && !left.isEmpty()) {
          List<Measurement> request = new ArrayList<>();
          for (int n = 1 + random.nextInt(LARGEST); n > 0 && !left.isEmpty(); n--) {
            request.add(left.remove());
          }
          open.add(request);
          call.send(
              RecordRequest.newBuilder()
                  .setSequence(sequence++)
                  .addAllMeasurements(request)
                  .build());
        }
        RecordResponse response = call.nextOrEnd();
        if (response == null) {
          break;
        }
        take(response, answered++, open.remove());
        progress.accept(acknowledged.size());
      }
      call.finish();
    } catch (CompletionException | IllegalStateException e) {
      // Killed before the call began, or while it was written to.
      if (isDone() && open.isEmpty()) {
        throw e;
      }
    }
    while (!open.isEmpty()) {
      List<Measurement> again = open.removeLast();
      for (int i = again.size() - 1; i >= 0; i--) {
        left.addFirst(again.get(i));
      }
    }
  }

  private void take(RecordResponse response, long expected, List<Measurement> request) {
    check(response.getSequence() == expected, "an answer out of order", response);
    check(response.getRefusalsCount() == 0, "a refusal", response);
    check(
        response.getStored() + response.getDuplicates() == request.size(),
        "a measurement lost from an answer",
        response);
    stored += response.getStored();
    duplicates += response.getDuplicates();
    for (Measurement measurement : request) {
      acknowledged.add(measurement);
      bySeries.merge(measurement.getSeries(), 1L, Long::sum);
    }
    for (SeriesEstimate estimate : response.getEstimatesList()) {
      check(
          estimate.getComponents(0).getCount() >= bySeries.get(estimate.getSeries()),
          "acknowledged measurements missing from an estimate",
          response);
    }
  }

  private static void check(boolean good, String fault, RecordResponse response) {
    if (!good) {
      throw new AssertionError(fault + ": " + response);
    }
  }
}
