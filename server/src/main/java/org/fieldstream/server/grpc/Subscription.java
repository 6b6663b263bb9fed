package org.fieldstream.server.grpc;

import java.time.Duration;
import org.fieldstream.monitoring.meters.SubscriptionMeters;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.session.BatchSink;
import org.fieldstream.server.session.StreamBatch;
import org.fieldstream.server.session.StreamPlan;
import org.fieldstream.server.session.StreamTicket;
import org.jspecify.annotations.Nullable;

/** One running subscription: asks for the next message as soon as there is room for it. */
final class Subscription extends PacedCall implements BatchSink {
  private @Nullable StreamPlan plan;
  private @Nullable StreamTicket ticket;
  private boolean first = true;
  private long unrequested;

  Subscription(Call<EncodedBatch> call, Subscriptions all, SubscriptionMeters meter) {
    super(call, all, meter);
  }

  /** Starts to ask for work; the call may have ended while it was planned. */
  void start(StreamPlan streamPlan, StreamTicket streamTicket) {
    if (call().isOver()) {
      streamTicket.cancel();
      return;
    }
    plan = streamPlan;
    ticket = streamTicket;
    unrequested = streamPlan.end() - streamPlan.first();
    if (unrequested == 0) {
      // Resumed after the last configuration.
      streamTicket.cancel();
      endWith(call()::end);
    } else if (isDraining()) {
      streamTicket.finish();
    }
    pump();
  }

  @Override
  void cancelWork() {
    if (ticket != null) {
      ticket.cancel();
    }
  }

  @Override
  void drainWork() {
    if (ticket != null) {
      ticket.finish();
    }
  }

  @Override
  public void batch(StreamBatch batch) {
    StreamPlan current = plan;
    if (current != null) {
      made(EncodedBatch.of(current, batch));
    }
  }

  @Override
  public void completed() {
    handOver(() -> endWith(call()::end));
  }

  @Override
  public void stopped() {
    handOver(
        () ->
            endWith(
                () ->
                    call()
                        .fail(
                            ServiceException.retryable(
                                ErrorCode.DRAINING,
                                "the server is shutting down; subscribe again with the resume_token"
                                    + " of the last message",
                                Duration.ofSeconds(1)))));
  }

  @Override
  public void failed(ServiceException failure) {
    handOver(() -> endWith(() -> call().fail(failure)));
  }

  @Override
  void replenish() {
    if (plan == null || ticket == null || isDraining() || unrequested == 0) {
      return;
    }
    long requested = 0;
    boolean room = hasRoom();
    while (room && unrequested > 0) {
      int next = first ? plan.firstBatch() : plan.batchSize();
      int size = (int) Math.min(next, unrequested);
      room = reserve(plan.messageBytes(size));
      if (room) {
        first = false;
        unrequested -= size;
        requested += size;
      }
    }
    reserved(requested > 0, room);
    if (requested > 0) {
      ticket.request(requested);
    }
  }
}
