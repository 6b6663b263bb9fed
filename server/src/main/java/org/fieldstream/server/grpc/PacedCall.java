package org.fieldstream.server.grpc;

import io.vertx.core.Future;
import io.vertx.grpc.common.GrpcStatus;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.fieldstream.monitoring.meters.SubscriptionMeters;
import org.fieldstream.server.error.ServiceException;
import org.jspecify.annotations.Nullable;

/**
 * A call whose messages are computed at the client's pace: this is where back-pressure is decided.
 * Work is requested message by message, and only while the bytes held, in preparation, ready, and
 * written but not yet taken by the network, stay within the budget and Vert.x's own queue (16
 * messages, whatever their size) has room. Bytes are charged when a message is requested and
 * released when its write completes, also where the deadline passes meanwhile: what is written is
 * then given a while to get out, and the call holds its place and its bytes until it is.
 *
 * <p>Confined to the call's event loop, but for what the device's thread hands over.
 */
abstract sealed class PacedCall permits Subscription, ProposalCall {
  private final Call<EncodedBatch> call;
  private final Subscriptions all;
  private final SubscriptionMeters meter;
  private final Queue<Runnable> handedOver = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final AtomicLong held = new AtomicLong();
  private final Queue<EncodedBatch> ready = new ArrayDeque<>();
  private @Nullable Runnable ending;
  private boolean draining;
  private boolean pumping;
  private boolean waiting;
  private long preparing;
  private int writing;
  private long writingBytes;
  private boolean interrupted;

  PacedCall(Call<EncodedBatch> call, Subscriptions all, SubscriptionMeters meter) {
    this.call = call;
    this.all = all;
    this.meter = meter;
    call.onEnd(this::leave);
    call.onInterrupted(this::interrupt);
    call.response().drainHandler(v -> pump());
  }

  /** Asks for what may be made, with {@link #reserve}; not called once an end is set. */
  abstract void replenish();

  /** Gives up all work; called at least once. */
  abstract void cancelWork();

  /** A drain has begun: no new work, what is begun goes out. */
  abstract void drainWork();

  /**
   * Takes a place among the running calls.
   *
   * @throws ServiceException if the server drains or a quota is used up
   */
  final void enter() {
    all.admit(this);
  }

  /** The call. */
  final Call<EncodedBatch> call() {
    return call;
  }

  /** Bytes held now. */
  final long heldBytes() {
    return held.get();
  }

  /** Whether a drain has begun. */
  final boolean isDraining() {
    return draining;
  }

  /** Whether nothing that was asked of the device is outstanding. */
  final boolean isIdle() {
    return preparing == 0;
  }

  /** Ends with a failure, before anything was written. */
  final void fail(Throwable failure) {
    call.fail(failure);
  }

  /** Makes nothing more, and ends when what is written already is out. */
  final void interrupt(ServiceException failure) {
    if (interrupted || call.isOver()) {
      return;
    }
    interrupted = true;
    cancelWork();
    dropReady();
    held.set(writingBytes);
    meter.heldBytes(writingBytes);
    ending = () -> call.fail(failure);
    pump();
    call.resetAfter(all.bounds().patience(), StatusMapping.status(failure.code()));
  }

  /** Lets what is begun go out, then ends; from any thread. */
  final void drain() {
    call.context()
        .runOnContext(
            v -> {
              draining = true;
              drainWork();
            });
  }

  /** Breaks off; from any thread. */
  final void reset() {
    call.context().runOnContext(v -> call.reset(GrpcStatus.UNAVAILABLE));
  }

  /** A message is made; from the device's thread. */
  final void made(EncodedBatch message) {
    handOver(
        () -> {
          preparing -= message.charge();
          meter.preparingBytes(preparing);
          if (interrupted || call.isOver()) {
            message.giveBack();
          } else {
            ready.add(message);
          }
        });
  }

  /** From now on the call ends when all is written; the first reason to end is the one told. */
  final void endWith(Runnable end) {
    if (ending == null) {
      ending = end;
    }
  }

  /** From the device's thread to the event loop, many at a time. */
  final void handOver(Runnable step) {
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
  final void pump() {
    // A write that completes at once comes back here from within.
    if (pumping || call.isOver()) {
      return;
    }
    pumping = true;
    try {
      while (!call.isOver() && !call.response().writeQueueFull() && !ready.isEmpty()) {
        write(ready.remove());
      }
      if (!call.isOver() && ending == null) {
        replenish();
      }
      Runnable end = ending;
      // Not before the last message is on the network: a drain must not cut it off.
      if (!call.isOver() && end != null && ready.isEmpty() && writing == 0) {
        end.run();
      }
    } finally {
      pumping = false;
    }
  }

  private void write(EncodedBatch batch) {
    long charge = batch.charge();
    long bytes = batch.bytes();
    Future<Void> written = call.write(batch);
    if (written == null) {
      // The call is over and nothing was queued.
      batch.giveBack();
    } else {
      writing++;
      writingBytes += charge;
      written.onComplete(
          result -> {
            writing--;
            writingBytes -= charge;
            if (result.succeeded()) {
              meter.sent(bytes);
              // Else the network may still hold it: the garbage collector knows when it does not.
              batch.giveBack();
            }
            if (!call.isOver()) {
              meter.heldBytes(held.addAndGet(-charge));
              pump();
            }
          });
    }
  }

  /** Whether Vert.x takes more messages now. */
  final boolean hasRoom() {
    return !call.response().writeQueueFull();
  }

  /** Charges a message that is about to be requested, if the budget allows it. */
  final boolean reserve(long charge) {
    long now = held.get();
    if (now > 0 && now + charge > all.bounds().bytesPerSubscription()) {
      return false;
    }
    held.addAndGet(charge);
    preparing += charge;
    meter.preparingBytes(preparing);
    return true;
  }

  /**
   * Says what came of a round of {@link #reserve}.
   *
   * @param some whether anything was reserved
   * @param room whether more could have been
   */
  final void reserved(boolean some, boolean room) {
    if (some) {
      all.held(held.get());
      meter.heldBytes(held.get());
      if (waiting) {
        waiting = false;
        meter.waitEnded();
      }
    }
    if (!room && preparing == 0 && !waiting) {
      // All that is held waits for the client, none of it for the device.
      waiting = true;
      meter.waitBegan();
    }
  }

  private void dropReady() {
    ready.forEach(EncodedBatch::giveBack);
    ready.clear();
  }

  /** The call is over: whatever is still queued or being made is freed. */
  private void leave() {
    cancelWork();
    dropReady();
    held.set(0);
    meter.close();
    all.left(this);
  }
}
