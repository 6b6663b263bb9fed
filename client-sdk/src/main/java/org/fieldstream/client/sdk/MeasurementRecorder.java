package org.fieldstream.client.sdk;

import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.common.GrpcStatus;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.fieldstream.v1.Measurement;
import org.fieldstream.v1.MeasurementServiceGrpcClient;
import org.fieldstream.v1.RecordRequest;
import org.fieldstream.v1.RecordResponse;
import org.jspecify.annotations.Nullable;

/**
 * Records measurements: each request's future completes when the server says that all of it that
 * was accepted is durable. After a broken connection whatever was not acknowledged is sent again,
 * in order, which the server takes for duplicates where it had stored it already: every measurement
 * is stored once.
 *
 * <pre>{@code
 * try (MeasurementRecorder recorder = client.recorder()) {
 *   for (long id = 0; id < trajectories; id++) {
 *     ...
 *     recorder.record(
 *         List.of(
 *             Measurement.newBuilder()
 *                 .setSeries("run7/plaquette").setConfigurationId(id).addValues(p).build()));
 *   }
 *   recorder.finish().join(); // all is durable
 * }
 * }</pre>
 *
 * <p>Requests of many measurements are cheaper than many requests. Safe for use by many threads;
 * futures complete on an event-loop thread.
 */
public final class MeasurementRecorder implements AutoCloseable {
  /** Requests that may be unacknowledged before {@link #record} waits. */
  public static final int MOST_PENDING = 1024;

  /** Requests on the wire at a time. */
  private static final int WINDOW = 64;

  private final Strand strand;
  private final GrpcClient grpc;
  private final ClientOptions options;
  private final Semaphore room = new Semaphore(MOST_PENDING);
  private final Reconnection reconnection;
  private final CompletableFuture<Void> finished = new CompletableFuture<>();
  private final Inbox inbox = new Inbox();
  private final Consumer<FieldstreamException> clientClosed = this::fail;

  /** Requests not on the wire, in order, and behind them in time those that are. */
  private final Deque<Pending> unsent = new ArrayDeque<>();

  private final Deque<Pending> sent = new ArrayDeque<>();
  private long sequence;
  private boolean finishing;
  private @Nullable FieldstreamException failure;
  private @Nullable StreamingCall<RecordRequest, RecordResponse> call;

  /** A request and who waits for it. */
  private record Pending(RecordRequest request, CompletableFuture<RecordResponse> future) {}

  MeasurementRecorder(
      Strand strand, GrpcClient grpc, ClientOptions options, OutageListener listener) {
    this.strand = strand;
    this.grpc = grpc;
    this.options = options;
    this.reconnection = new Reconnection(strand, options, listener);
    if (!strand.begin(() -> {}, clientClosed)) {
      fail(OpenCalls.reason());
    }
  }

  /**
   * Records measurements as one request. Returns at once, unless {@value #MOST_PENDING} requests
   * are unacknowledged: then it waits, and so must not be called on an event-loop thread.
   *
   * @param measurements 1 to 10,000
   * @return completes when they are durable: how many were new, duplicates, or refused and why;
   *     fails with {@link FieldstreamException} where the server refused the whole request or could
   *     not be reached for too long
   */
  public CompletableFuture<RecordResponse> record(List<Measurement> measurements) {
    if (measurements.isEmpty()) {
      throw new IllegalArgumentException("measurements: none (expected: 1 to 10,000)");
    }
    CompletableFuture<RecordResponse> future = new CompletableFuture<>();
    try {
      room.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      future.completeExceptionally(
          new FieldstreamException(
              GrpcStatus.CANCELLED, "interrupted while waiting for acknowledgements", null, e));
      return future;
    }
    future.whenComplete((response, failed) -> room.release());
    boolean open = strand.run(() -> add(measurements, future));
    if (!open) {
      future.completeExceptionally(OpenCalls.reason());
    }
    return future;
  }

  private void add(List<Measurement> measurements, CompletableFuture<RecordResponse> future) {
    FieldstreamException reason = failure;
    if (reason == null && finished.isDone()) {
      reason =
          new FieldstreamException(
              GrpcStatus.FAILED_PRECONDITION,
              "recorder: finished (expected: measurements before finish, or another recorder)",
              null);
    }
    if (reason != null) {
      future.completeExceptionally(reason);
      return;
    }
    unsent.add(
        new Pending(
            RecordRequest.newBuilder()
                .setSequence(sequence++)
                .addAllMeasurements(measurements)
                .build(),
            future));
    pump();
  }

  /**
   * Says that no more will be recorded.
   *
   * @return completes when all that was recorded is acknowledged; fails with the first request that
   *     failed
   */
  public CompletableFuture<Void> finish() {
    boolean open =
        strand.run(
            () -> {
              finishing = true;
              pump();
            });
    if (!open) {
      finished.completeExceptionally(OpenCalls.reason());
    }
    return finished;
  }

  /** Gives up what is not acknowledged. */
  @Override
  public void close() {
    strand.run(
        () ->
            fail(
                new FieldstreamException(
                    GrpcStatus.CANCELLED, "the recorder was closed before the answer", null)));
  }

  /** Sends what may be sent, connects where there is need, ends when all is said. */
  private void pump() {
    if (failure != null || finished.isDone()) {
      return;
    }
    StreamingCall<RecordRequest, RecordResponse> open = call;
    if (open == null) {
      if (!reconnection.isWaiting() && !unsent.isEmpty()) {
        call = new StreamingCall<>(strand, options, inbox);
        call.open(grpc, MeasurementServiceGrpcClient.Record, Long.MAX_VALUE);
      } else if (unsent.isEmpty() && finishing) {
        end();
      }
      return;
    }
    while (call == open && open.isWritable() && sent.size() < WINDOW && !unsent.isEmpty()) {
      Pending next = unsent.remove();
      sent.add(next);
      open.write(next.request());
    }
    if (call == open && finishing && unsent.isEmpty() && sent.isEmpty()) {
      open.finish();
    }
  }

  private void end() {
    strand.leave(clientClosed);
    finished.complete(null);
  }

  private void retry(String reason) {
    call = null;
    while (!sent.isEmpty()) {
      unsent.addFirst(sent.removeLast());
    }
    if (unsent.isEmpty()) {
      // Nothing is missing: the next request makes the next connection.
      pump();
      return;
    }
    FieldstreamException givenUp = reconnection.after(reason, this::pump);
    if (givenUp != null) {
      fail(givenUp);
    }
  }

  private void fail(FieldstreamException reason) {
    if (failure != null) {
      return;
    }
    failure = reason;
    strand.leave(clientClosed);
    reconnection.cancel();
    StreamingCall<RecordRequest, RecordResponse> open = call;
    call = null;
    if (open != null) {
      open.cancel();
    }
    sent.forEach(pending -> pending.future().completeExceptionally(reason));
    unsent.forEach(pending -> pending.future().completeExceptionally(reason));
    finished.completeExceptionally(reason);
  }

  /** What comes of the call at hand. */
  private final class Inbox implements StreamingCall.Listener<RecordRequest, RecordResponse> {
    @Override
    public void onWritable(StreamingCall<RecordRequest, RecordResponse> from) {
      if (from == call) {
        pump();
      }
    }

    @Override
    public void onMessage(
        StreamingCall<RecordRequest, RecordResponse> from, RecordResponse message) {
      if (from != call) {
        return;
      }
      Pending first = sent.peek();
      if (first == null || first.request().getSequence() != message.getSequence()) {
        fail(
            new FieldstreamException(
                GrpcStatus.DATA_LOSS,
                "sequence: %d acknowledged (expected: %s)"
                    .formatted(
                        message.getSequence(),
                        first == null ? "none" : first.request().getSequence()),
                "sequence"));
        return;
      }
      sent.remove();
      reconnection.progress();
      first.future().complete(message);
      pump();
    }

    @Override
    public void onEnd(StreamingCall<RecordRequest, RecordResponse> from) {
      if (from == call) {
        if (finishing && sent.isEmpty() && unsent.isEmpty()) {
          call = null;
          end();
        } else {
          retry("the server ended the call");
        }
      }
    }

    @Override
    public void onRefused(
        StreamingCall<RecordRequest, RecordResponse> from, FieldstreamException reason) {
      if (from != call) {
        return;
      }
      if (reason.status() == GrpcStatus.UNAVAILABLE) {
        reconnection.answered();
        retry(reason.getMessage() == null ? "UNAVAILABLE" : reason.getMessage());
      } else {
        fail(reason);
      }
    }

    @Override
    public void onBroken(StreamingCall<RecordRequest, RecordResponse> from, Throwable cause) {
      if (from == call) {
        retry(Reasons.of(cause));
      }
    }
  }
}
