package org.fieldstream.server.grpc;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcHeaderNames;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.GrpcServerResponse;
import java.time.Duration;
import java.util.function.Consumer;
import org.fieldstream.monitoring.meters.CallTimer;
import org.fieldstream.monitoring.meters.FieldstreamMeters;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;
import org.jspecify.annotations.Nullable;

/**
 * One call: ends exactly once, by an answer, a failure, the client's cancellation, a broken
 * connection or the client's deadline. Confined to its event loop.
 *
 * @param <R> type of its response messages
 */
final class Call<R> {
  private final Vertx vertx;
  private final Context context;
  private final GrpcServerResponse<?, R> response;
  private final CallTimer meter;
  private final @Nullable UncopiedBody<R> body;
  private boolean begun;
  private long timer = -1;
  private boolean over;
  private @Nullable Runnable ended;
  private @Nullable Consumer<ServiceException> interrupted;

  Call(Vertx vertx, GrpcServerRequest<?, R> request, FieldstreamMeters meters) {
    this(vertx, request, meters, null);
  }

  /**
   * A call of many or large messages.
   *
   * @param body where all but the first of them go; null for the usual way
   */
  Call(
      Vertx vertx,
      GrpcServerRequest<?, R> request,
      FieldstreamMeters meters,
      @Nullable UncopiedBody<R> body) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.response = request.response();
    this.body = body;
    this.meter = meters.callStarted(request.fullMethodName());
    // Cancellation reaches only the error handler, a broken connection only the exception handlers.
    request.errorHandler(error -> abandon(GrpcStatus.CANCELLED));
    request.exceptionHandler(error -> abandon(GrpcStatus.CANCELLED));
    response.exceptionHandler(error -> abandon(GrpcStatus.CANCELLED));
    scheduleDeadline(request);
  }

  private void scheduleDeadline(GrpcServerRequest<?, R> request) {
    if (request.timeout() > 0) {
      timer = vertx.setTimer(request.timeout(), id -> deadlinePassed());
    } else if (request.headers().contains(GrpcHeaderNames.GRPC_TIMEOUT)) {
      // Less than a millisecond was left.
      context.runOnContext(v -> deadlinePassed());
    }
  }

  private void deadlinePassed() {
    interrupt(ServiceException.of(ErrorCode.DEADLINE_PASSED, "the call's deadline has passed"));
  }

  /** The event loop of the call. */
  Context context() {
    return context;
  }

  /** The response, for what is particular to streams. */
  GrpcServerResponse<?, R> response() {
    return response;
  }

  /** Whether nothing more can be sent. */
  boolean isOver() {
    return over;
  }

  /** What to do, once, when the call ends in whatever way; at once if it has ended. */
  void onEnd(Runnable handler) {
    if (over) {
      handler.run();
    } else {
      ended = handler;
    }
  }

  /**
   * Who ends the call when something from outside wants it ended: the deadline, or a message too
   * many. Without one it ends on the spot; a stream has to wait for what it has written.
   */
  void onInterrupted(Consumer<ServiceException> handler) {
    interrupted = handler;
  }

  /** Ends with a failure that whoever answers the call does not know of yet. */
  void interrupt(ServiceException failure) {
    if (!over) {
      if (interrupted != null) {
        interrupted.accept(failure);
      } else {
        fail(failure);
      }
    }
  }

  /**
   * Sends a message.
   *
   * @return completes when it has left for the network; null if the client went away
   */
  @Nullable Future<Void> write(R message) {
    if (over) {
      return null;
    }
    try {
      // The first one takes the headers along.
      Future<Void> written = begun && body != null ? body.write(message) : response.write(message);
      begun = true;
      return written;
    } catch (IllegalStateException e) {
      // Vert.x throws when the stream was reset and the handlers have yet to say so.
      abandon(GrpcStatus.CANCELLED);
      return null;
    }
  }

  /** Sends the one answer and ends. */
  void reply(R message) {
    if (write(message) != null) {
      end();
    }
  }

  /** Ends with OK. */
  void end() {
    finish(GrpcStatus.OK);
  }

  /** Ends with a failure; does nothing if the call is over. */
  void fail(Throwable failure) {
    if (!over) {
      ServiceException told = StatusMapping.told(failure);
      StatusMapping.apply(told, response);
      finish(StatusMapping.status(told.code()));
    }
  }

  /**
   * Breaks the call off; for clients that no longer read. What is queued for the network is
   * dropped.
   *
   * @param status what the call counts as; the client learns only that the stream was reset
   */
  void reset(GrpcStatus status) {
    if (!over) {
      // First, for cancelling comes back as an error, with a status of its own.
      close(status);
      response.cancel();
    }
  }

  /** Breaks the call off unless it ends by itself before. */
  void resetAfter(Duration patience, GrpcStatus status) {
    if (over || patience.isZero()) {
      reset(status);
    } else {
      vertx.cancelTimer(timer);
      timer = vertx.setTimer(patience.toMillis(), id -> reset(status));
    }
  }

  private void finish(GrpcStatus status) {
    if (over) {
      return;
    }
    close(status);
    try {
      response.end();
    } catch (IllegalStateException e) {
      // The client went away in this very moment: there is nobody to tell.
      return;
    }
  }

  private void abandon(GrpcStatus status) {
    if (!over) {
      close(status);
    }
  }

  private void close(GrpcStatus status) {
    over = true;
    vertx.cancelTimer(timer);
    meter.end(status.name());
    Runnable then = ended;
    ended = null;
    interrupted = null;
    if (then != null) {
      then.run();
    }
  }
}
