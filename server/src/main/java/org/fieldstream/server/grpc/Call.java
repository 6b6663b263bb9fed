package org.fieldstream.server.grpc;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcHeaderNames;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.GrpcServerResponse;
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
  private final CallTimer timer;
  private long deadlineTimer = -1;
  private boolean over;
  private @Nullable Runnable abandoned;

  Call(Vertx vertx, GrpcServerRequest<?, R> request, FieldstreamMeters meters) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.response = request.response();
    this.timer = meters.callStarted(request.fullMethodName());
    // Cancellation reaches only the error handler, a broken connection only the exception handlers.
    request.errorHandler(error -> abandon(GrpcStatus.CANCELLED));
    request.exceptionHandler(error -> abandon(GrpcStatus.CANCELLED));
    response.exceptionHandler(error -> abandon(GrpcStatus.CANCELLED));
    scheduleDeadline(request);
  }

  private void scheduleDeadline(GrpcServerRequest<?, R> request) {
    if (request.timeout() > 0) {
      deadlineTimer = vertx.setTimer(request.timeout(), id -> deadlinePassed());
    } else if (request.headers().contains(GrpcHeaderNames.GRPC_TIMEOUT)) {
      // Less than a millisecond was left.
      context.runOnContext(v -> deadlinePassed());
    }
  }

  private void deadlinePassed() {
    if (!over) {
      Runnable then = abandoned;
      fail(ServiceException.of(ErrorCode.DEADLINE_PASSED, "the call's deadline has passed"));
      if (then != null) {
        then.run();
      }
    }
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

  /** What to do when the client goes away or its deadline passes. */
  void onAbandoned(Runnable handler) {
    abandoned = handler;
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
      return response.write(message);
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

  /** Breaks the call off without a status; for clients that no longer read. */
  void reset() {
    if (!over) {
      response.cancel();
      abandon(GrpcStatus.UNAVAILABLE);
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
      Runnable then = abandoned;
      close(status);
      if (then != null) {
        then.run();
      }
    }
  }

  private void close(GrpcStatus status) {
    over = true;
    abandoned = null;
    if (deadlineTimer >= 0) {
      vertx.cancelTimer(deadlineTimer);
    }
    timer.end(status.name());
  }
}
