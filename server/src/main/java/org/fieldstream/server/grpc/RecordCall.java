package org.fieldstream.server.grpc;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.measurement.Measurement;
import org.fieldstream.server.measurement.MeasurementWriter;
import org.fieldstream.server.measurement.Outcome;
import org.fieldstream.server.measurement.Submission;
import org.fieldstream.v1.RecordRequest;
import org.jspecify.annotations.Nullable;

/**
 * One client that records: this is where its back-pressure is decided. Requests are read one by
 * one, the next one only while those that are not answered, with the answers that are not on the
 * network yet, are few enough and the writer's queue has room. What is not read stays in the
 * client: HTTP/2 lets it send no more than a window.
 *
 * <p>Answers keep the order of requests. A request that fails ends the call, after the answers to
 * those before it; those behind it are not answered, whatever became of them.
 *
 * <p>Confined to the call's event loop, but for what the writer's thread hands over.
 */
final class RecordCall implements MeasurementCalls.Open {
  /** Requests of one client that may be unanswered: one flush carries them all. */
  private static final int WINDOW = 64;

  /** Their bytes, answers included; one request is always allowed. */
  private static final long WINDOW_BYTES = 4 << 20;

  private final GrpcServerRequest<Buffer, Buffer> request;
  private final Call<Buffer> call;
  private final MeasurementWriter writer;
  private final MeasurementCalls all;
  private final Queue<Runnable> handedOver = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final Queue<Buffer> answers = new ArrayDeque<>();
  private long received;
  private long failedAt = Long.MAX_VALUE;
  private int unanswered;
  private int writing;
  private long held;
  private boolean asked;
  private boolean pumping;
  private boolean clientEnded;
  private @Nullable ServiceException ending;

  RecordCall(
      GrpcServerRequest<Buffer, Buffer> request,
      Call<Buffer> call,
      MeasurementWriter writer,
      MeasurementCalls all) {
    this.request = request;
    this.call = call;
    this.writer = writer;
    this.all = all;
  }

  /**
   * Starts to read. To be called while the request's handlers are set, before its first message.
   */
  void start() {
    request.pause();
    request.handler(this::take);
    request.invalidMessageHandler(invalid -> endWith(Methods.invalid(invalid)));
    request.endHandler(
        v -> {
          clientEnded = true;
          pump();
        });
    call.onEnd(() -> all.left(this));
    call.response().drainHandler(v -> pump());
    pump();
  }

  private void take(Buffer message) {
    asked = false;
    if (ending != null || call.isOver()) {
      return;
    }
    received++;
    unanswered++;
    held += message.length();
    if (!writer.submit(new Received(received, message))) {
      unanswered--;
      endWith(MeasurementWriter.draining());
    }
    pump();
  }

  /** A request on its way through the writer's thread. */
  private final class Received implements Submission {
    private final long number;
    private final int bytes;
    private @Nullable Buffer message;
    private long sequence;

    Received(long number, Buffer message) {
      this.number = number;
      this.bytes = message.length();
      this.message = message;
    }

    @Override
    public long bytes() {
      return bytes;
    }

    @Override
    public List<Measurement> read() {
      Buffer unread = message;
      if (unread == null) {
        throw new IllegalStateException("message: read before (expected: once)");
      }
      message = null;
      RecordRequest content = MeasurementMessages.request(unread);
      sequence = content.getSequence();
      return MeasurementMessages.measurements(content);
    }

    @Override
    public void acknowledged(Outcome outcome) {
      Buffer answer = Buffer.buffer(MeasurementMessages.response(sequence, outcome).toByteArray());
      handOver(
          () -> {
            unanswered--;
            held -= bytes;
            if (number < failedAt) {
              held += answer.length();
              answers.add(answer);
            }
          });
    }

    @Override
    public void failed(ServiceException reason) {
      handOver(
          () -> {
            unanswered--;
            held -= bytes;
            if (number < failedAt) {
              failedAt = number;
              ending = reason;
            }
          });
    }
  }

  /** From the writer's thread to the event loop, many at a time. */
  private void handOver(Runnable step) {
    handedOver.add(step);
    if (scheduled.compareAndSet(false, true)) {
      call.context().runOnContext(v -> takeOver());
    }
  }

  private void takeOver() {
    scheduled.set(false);
    Runnable step;
    while ((step = handedOver.poll()) != null) {
      step.run();
    }
    pump();
  }

  /** Writes answers, asks for requests, ends when all is said. */
  private void pump() {
    // A write that completes at once comes back here from within.
    if (pumping || call.isOver()) {
      return;
    }
    pumping = true;
    try {
      while (!call.isOver() && !call.response().writeQueueFull() && !answers.isEmpty()) {
        write(answers.remove());
      }
      if (!call.isOver()) {
        if (unanswered == 0 && answers.isEmpty() && writing == 0) {
          endIfDone();
        }
        askForMore();
      }
    } finally {
      pumping = false;
    }
  }

  private void write(Buffer answer) {
    int bytes = answer.length();
    Future<Void> written = call.write(answer);
    if (written != null) {
      writing++;
      written.onComplete(
          result -> {
            writing--;
            held -= bytes;
            pump();
          });
    }
  }

  private void endIfDone() {
    ServiceException reason = ending;
    if (reason != null) {
      call.fail(reason);
    } else if (clientEnded) {
      call.end();
    }
  }

  private void askForMore() {
    if (asked
        || clientEnded
        || ending != null
        || call.isOver()
        || unanswered + answers.size() + writing >= WINDOW
        || held >= WINDOW_BYTES) {
      return;
    }
    asked = true;
    writer.whenRoom(() -> call.context().runOnContext(v -> request.fetch(1)));
  }

  private void endWith(ServiceException reason) {
    if (ending == null) {
      ending = reason;
    }
    pump();
  }

  @Override
  public void drain() {
    call.context().runOnContext(v -> endWith(MeasurementWriter.draining()));
  }

  @Override
  public void reset() {
    call.context().runOnContext(v -> call.reset(GrpcStatus.UNAVAILABLE));
  }
}
