package org.fieldstream.client.sdk;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.InvalidMessageException;
import io.vertx.grpc.common.MessageSizeOverflowException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.fieldstream.v1.SamplerServiceGrpcClient;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;
import org.jspecify.annotations.Nullable;

/**
 * One Subscribe call: delivers as many messages as were fetched and exactly one ending, on the
 * context it was made for. A connection that stays silent is pinged, so that a vanished server is
 * noticed though no byte tells of it.
 */
final class SubscribeCall {
  private final Context context;
  private final GrpcClient grpc;
  private final SocketAddress address;
  private final SubscribeRequest message;
  private final ClientOptions options;
  private final CallListener listener;

  private long credit;
  private boolean over;
  private boolean pingOut;
  private long pingTimer = -1;
  private @Nullable GrpcClientRequest<SubscribeRequest, SubscribeResponse> request;
  private @Nullable GrpcClientResponse<SubscribeRequest, SubscribeResponse> response;

  SubscribeCall(
      Context context,
      GrpcClient grpc,
      SocketAddress address,
      SubscribeRequest message,
      ClientOptions options,
      CallListener listener) {
    this.context = context;
    this.grpc = grpc;
    this.address = address;
    this.message = message;
    this.options = options;
    this.listener = listener;
  }

  /**
   * Starts the call.
   *
   * @param fetch messages wanted so far
   */
  void open(long fetch) {
    credit = fetch;
    Future<GrpcClientRequest<SubscribeRequest, SubscribeResponse>> connected =
        grpc.request(address, SamplerServiceGrpcClient.Subscribe);
    connected.onSuccess(
        made -> {
          if (over) {
            made.cancel();
          } else {
            send(made);
          }
        });
    // A peer that takes the connection and says nothing would keep us for ever: there is nothing to
    // ping yet.
    connected
        .timeout(options.callTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(this::broken);
  }

  private void send(GrpcClientRequest<SubscribeRequest, SubscribeResponse> made) {
    request = made;
    made.exceptionHandler(this::broken);
    watch(made.connection());
    made.response()
        .onComplete(
            arrived -> {
              if (arrived.failed()) {
                broken(arrived.cause());
              } else if (!over) {
                receive(arrived.result());
              }
            });
    made.end(message).onFailure(this::broken);
  }

  private void receive(GrpcClientResponse<SubscribeRequest, SubscribeResponse> arrived) {
    response = arrived;
    arrived.pause();
    arrived.exceptionHandler(this::broken);
    // A reset carries no sentence: a server or a proxy went away. As a break, it is tried again.
    arrived.errorHandler(
        error -> broken(new IllegalStateException("stream reset, " + error.status)));
    arrived.invalidMessageHandler(this::unreadable);
    arrived.handler(
        next -> {
          if (!over) {
            listener.onMessage(this, next);
          }
        });
    arrived.endHandler(ignored -> ended(arrived));
    if (credit > 0) {
      arrived.fetch(credit);
    }
  }

  /** Wants {@code n} more messages. */
  void fetch(long n) {
    credit = credit + n < 0 ? Long.MAX_VALUE : credit + n;
    if (response != null && !over) {
      response.fetch(n);
    }
  }

  /** Gives the call up; nothing is heard of it any more. */
  void cancel() {
    end(() -> {});
  }

  private void ended(GrpcClientResponse<SubscribeRequest, SubscribeResponse> arrived) {
    GrpcStatus status = arrived.status();
    if (status == null) {
      broken(new IllegalStateException("the call ended without a status"));
    } else if (status == GrpcStatus.OK) {
      end(() -> listener.onEnd(this));
    } else {
      FieldstreamException reason =
          StatusDetails.exception(status, arrived.trailers(), arrived.headers());
      end(() -> listener.onRefused(this, reason));
    }
  }

  /** Vert.x drops a message that it cannot take and goes on; a stream with a hole must not. */
  private void unreadable(InvalidMessageException cause) {
    FieldstreamException reason =
        cause instanceof MessageSizeOverflowException
            ? new FieldstreamException(
                GrpcStatus.RESOURCE_EXHAUSTED,
                String.format(
                    "message: %d bytes (expected: at most %d; ask for a smaller batch_size)",
                    ((MessageSizeOverflowException) cause).messageSize(),
                    options.maxMessageBytes()),
                "batch_size",
                cause)
            : new FieldstreamException(
                GrpcStatus.DATA_LOSS, "message: not a SubscribeResponse", null, cause);
    end(() -> listener.onRefused(this, reason));
  }

  private void broken(Throwable cause) {
    end(() -> listener.onBroken(this, cause));
  }

  private void end(Runnable last) {
    if (over) {
      return;
    }
    over = true;
    if (pingTimer >= 0) {
      context.owner().cancelTimer(pingTimer);
      pingTimer = -1;
    }
    if (request != null) {
      // Without effect on a call that the server has ended.
      request.cancel();
    }
    last.run();
  }

  private void watch(HttpConnection connection) {
    pingTimer =
        context
            .owner()
            .setPeriodic(
                options.keepAlive().toMillis(),
                ignored -> {
                  if (pingOut) {
                    connection.close();
                    broken(new TimeoutException("ping"));
                    return;
                  }
                  pingOut = true;
                  connection
                      .ping(Buffer.buffer(8).appendLong(System.nanoTime()))
                      .onComplete(pong -> pingOut = pong.failed());
                });
  }
}
