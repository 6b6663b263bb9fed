package org.fieldstream.server.grpc;

import io.vertx.core.Future;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.fieldstream.monitoring.meters.SubscriptionMeters;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.session.BatchSink;
import org.fieldstream.server.session.StreamBatch;
import org.fieldstream.server.session.StreamPlan;
import org.fieldstream.server.session.StreamTicket;
import org.jspecify.annotations.Nullable;

/**
 * One running subscription: this is where back-pressure is decided. Work is requested message by
 * message, and only while the bytes held, in preparation, ready, and written but not yet taken by
 * the network, stay within the budget and Vert.x's own queue (16 messages, whatever their size) has
 * room. Bytes are charged when a message is requested and released when its write completes, also
 * where the deadline passes meanwhile: what is written is then given a while to get out, and the
 * subscription holds its place and its bytes until it is.
 *
 * <p>Confined to the call's event loop, but for what the device's thread hands over.
 */
final class Subscription implements BatchSink {
  private final Call<EncodedBatch> call;
  private final Subscriptions all;
  private final SubscriptionMeters meter;
  private final Queue<Runnable> handedOver = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final AtomicLong held = new AtomicLong();
  private final Queue<EncodedBatch> ready = new ArrayDeque<>();
  private @Nullable StreamPlan plan;
  private @Nullable StreamTicket ticket;
  private @Nullable Runnable ending;
  private long unrequested;
  private boolean draining;
  private boolean pumping;
  private boolean waiting;
  private long preparing;
  private int writing;
  private long writingBytes;
  private boolean interrupted;

  Subscription(Call<EncodedBatch> call, Subscriptions all, SubscriptionMeters meter) {
    this.call = call;
    this.all = all;
    this.meter = meter;
    call.onEnd(this::leave);
    call.onInterrupted(this::interrupt);
    call.response().drainHandler(v -> pump());
  }

  /** Bytes held now. */
  long heldBytes() {
    return held.get();
  }

  /** Starts to ask for work; the call may have ended while it was planned. */
  void start(StreamPlan streamPlan, StreamTicket streamTicket) {
    if (call.isOver()) {
      streamTicket.cancel();
      return;
    }
    plan = streamPlan;
    ticket = streamTicket;
    unrequested = streamPlan.end() - streamPlan.first();
    if (unrequested == 0) {
      // Resumed after the last configuration.
      streamTicket.cancel();
      ending = call::end;
    } else if (draining) {
      streamTicket.finish();
    }
    pump();
  }

  /** Ends with a failure, before anything was written. */
  void fail(Throwable failure) {
    call.fail(failure);
  }

  /** Makes nothing more, and ends when what is written already is out. */
  private void interrupt(ServiceException failure) {
    if (interrupted) {
      return;
    }
    interrupted = true;
    if (ticket != null) {
      ticket.cancel();
    }
    ready.clear();
    held.set(writingBytes);
    meter.heldBytes(writingBytes);
    ending = () -> call.fail(failure);
    pump();
    call.resetAfter(all.bounds().patience(), StatusMapping.status(failure.code()));
  }

  /** Lets the message that is begun go out, then ends; from any thread. */
  void drain() {
    call.context()
        .runOnContext(
            v -> {
              draining = true;
              if (ticket != null) {
                ticket.finish();
              }
            });
  }

  /** Breaks off; from any thread. */
  void reset() {
    call.context().runOnContext(v -> call.reset(GrpcStatus.UNAVAILABLE));
  }

  @Override
  public void batch(StreamBatch batch) {
    StreamPlan current = plan;
    if (current != null) {
      EncodedBatch encoded = EncodedBatch.of(current, batch);
      handOver(
          () -> {
            preparing -= encoded.charge();
            if (!interrupted && !call.isOver()) {
              ready.add(encoded);
            }
          });
    }
  }

  @Override
  public void completed() {
    handOver(() -> endWith(call::end));
  }

  @Override
  public void stopped() {
    handOver(
        () ->
            endWith(
                () ->
                    call.fail(
                        ServiceException.retryable(
                            ErrorCode.DRAINING,
                            "the server is shutting down; subscribe again with the resume_token of"
                                + " the last message",
                            Duration.ofSeconds(1)))));
  }

  @Override
  public void failed(ServiceException failure) {
    handOver(() -> endWith(() -> call.fail(failure)));
  }

  /** The first reason to end is the one that is told. */
  private void endWith(Runnable end) {
    if (ending == null) {
      ending = end;
    }
  }

  /** From the device's thread to the event loop, many at a time. */
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

  /** Writes what is ready, asks for what may be made, ends when all is said. */
  private void pump() {
    // A write that completes at once comes back here from within.
    if (pumping || call.isOver()) {
      return;
    }
    pumping = true;
    try {
      while (!call.isOver() && !call.response().writeQueueFull() && !ready.isEmpty()) {
        write(ready.remove());
      }
      if (!call.isOver()) {
        if (ending != null && ready.isEmpty()) {
          // Not before the last message is on the network: a drain must not cut it off.
          if (writing == 0) {
            ending.run();
          }
        } else {
          replenish();
        }
      }
    } finally {
      pumping = false;
    }
  }

  private void write(EncodedBatch batch) {
    // Not the batch: Vert.x has its own copy by now, and the write may be long in completing.
    long charge = batch.charge();
    Future<Void> written = call.write(batch);
    if (written != null) {
      writing++;
      writingBytes += charge;
      written.onComplete(
          result -> {
            writing--;
            writingBytes -= charge;
            if (!call.isOver()) {
              meter.heldBytes(held.addAndGet(-charge));
              pump();
            }
          });
    }
  }

  private void replenish() {
    if (plan == null || ticket == null || draining || unrequested == 0) {
      return;
    }
    long requested = 0;
    boolean room = !call.response().writeQueueFull();
    while (room && unrequested > 0) {
      int size = (int) Math.min(plan.batchSize(), unrequested);
      long charge = plan.messageBytes(size);
      long now = held.get();
      if (now > 0 && now + charge > all.bounds().bytesPerSubscription()) {
        room = false;
      } else {
        held.addAndGet(charge);
        preparing += charge;
        unrequested -= size;
        requested += size;
      }
    }
    if (requested > 0) {
      all.held(held.get());
      meter.heldBytes(held.get());
      if (waiting) {
        waiting = false;
        meter.waitEnded();
      }
      ticket.request(requested);
    }
    if (!room && preparing == 0 && !waiting) {
      // All that is held waits for the client, none of it for the device.
      waiting = true;
      meter.waitBegan();
    }
  }

  /** The call is over: whatever is still queued or being made is freed. */
  private void leave() {
    if (ticket != null) {
      ticket.cancel();
    }
    ready.clear();
    held.set(0);
    meter.close();
    all.left(this);
  }
}
