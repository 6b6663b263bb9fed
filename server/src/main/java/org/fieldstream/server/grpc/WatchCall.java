package org.fieldstream.server.grpc;

import com.google.protobuf.Timestamp;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.measurement.MeasurementWriter;
import org.fieldstream.v1.WatchResponse;

/**
 * One client that watches: looks now and then whether a series has changed, and tells what has. As
 * long as an answer is on its way nothing more is made, so a slow client costs one answer, misses
 * estimates in between, and sees the newest when it reads on.
 *
 * <p>Confined to the call's event loop; messages are made off it.
 */
final class WatchCall implements MeasurementCalls.Open {
  /** How late a change may be noticed after a long silence, in milliseconds. */
  private static final long LOOK = 500;

  private final Vertx vertx;
  private final Call<Buffer> call;
  private final WatchSelection selection;
  private final Duration interval;
  private final MeasurementCalls all;

  /** What was told last, by name; not touched by the event loop while it is {@link #busy}. */
  private final Map<String, Object> told = new HashMap<>();

  private boolean busy;
  private boolean begun;
  private long nextAt;

  /** What there is to tell, and how to remember it. */
  private record News(List<WatchSelection.Change> changes, List<Buffer> messages) {}

  WatchCall(
      Vertx vertx,
      Call<Buffer> call,
      WatchSelection selection,
      Duration interval,
      MeasurementCalls all) {
    this.vertx = vertx;
    this.all = all;
    this.call = call;
    this.selection = selection;
    this.interval = interval;
  }

  /** Tells how things are, and goes on, if there is room for the call. */
  void start() {
    try {
      all.admit(this);
    } catch (ServiceException e) {
      call.fail(e);
      return;
    }
    nextAt = System.nanoTime();
    long timer = vertx.setPeriodic(Math.min(LOOK, interval.toMillis()), id -> look());
    // Comes at once if the client has left.
    call.onEnd(
        () -> {
          vertx.cancelTimer(timer);
          all.left(this);
        });
    look();
  }

  private void look() {
    boolean due = System.nanoTime() - nextAt >= 0;
    if (busy || !due || call.isOver() || (begun && !selection.mayDiffer(told))) {
      return;
    }
    busy = true;
    vertx
        .executeBlocking(() -> news(), false)
        .map(
            news -> {
              tell(news);
              return news;
            })
        .onFailure(call::fail);
  }

  private News news() {
    List<WatchSelection.Change> changes = selection.changes(told);
    List<Buffer> messages = new ArrayList<>();
    if (!changes.isEmpty() || !begun) {
      Instant now = Instant.now();
      WatchResponse.Builder message = begin(now);
      long bytes = 0;
      for (WatchSelection.Change change : changes) {
        int size = change.message().getSerializedSize();
        if (bytes > 0 && bytes + size > MeasurementMessages.MOST_BYTES) {
          messages.add(Buffer.buffer(message.build().toByteArray()));
          message = begin(now);
          bytes = 0;
        }
        message.addEstimates(change.message());
        bytes += size;
      }
      messages.add(Buffer.buffer(message.build().toByteArray()));
    }
    return new News(changes, messages);
  }

  private static WatchResponse.Builder begin(Instant now) {
    return WatchResponse.newBuilder()
        .setTime(Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()));
  }

  private void tell(News news) {
    if (news.messages().isEmpty() || call.isOver()) {
      busy = false;
      return;
    }
    begun = true;
    nextAt = System.nanoTime() + interval.toNanos();
    news.changes().forEach(change -> told.put(change.name(), change.version()));
    List<Future<Void>> written = new ArrayList<>();
    for (Buffer message : news.messages()) {
      Future<Void> one = call.write(message);
      if (one != null) {
        written.add(one);
      }
    }
    Future.join(written).onComplete(done -> busy = false);
  }

  @Override
  public void drain() {
    call.context().runOnContext(v -> call.fail(MeasurementWriter.draining()));
  }

  @Override
  public void reset() {
    call.context().runOnContext(v -> call.reset(GrpcStatus.UNAVAILABLE));
  }
}
