package org.fieldstream.client.sdk;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One call with streams of small messages either way, on the context it was made for: delivers as
 * many messages as were fetched, and exactly one ending. A connection that stays silent is pinged,
 * so that a vanished server is noticed though no byte tells of it.
 *
 * @param <Q> what is sent
 * @param <R> what comes back
 */
final class StreamingCall<Q, R> {
  /** Hears what becomes of a call. The last three end it. */
  interface Listener<Q, R> {
    /** There is a connection, and room to write; comes again whenever there is room again. */
    void onWritable(StreamingCall<Q, R> from);

    /** A message, one of those fetched. */
    void onMessage(StreamingCall<Q, R> from, R message);

    /** The server ended the call with OK. */
    void onEnd(StreamingCall<Q, R> from);

    /** The server ended the call with another status, or sent what cannot be read. */
    void onRefused(StreamingCall<Q, R> from, FieldstreamException reason);

    /** The connection could not be made or broke. */
    void onBroken(StreamingCall<Q, R> from, Throwable cause);
  }

  private final Strand strand;
  private final ClientOptions options;
  private final Listener<Q, R> listener;
  private long fetched;
  private boolean over;
  private boolean finished;
  private boolean pingOut;
  private long pingTimer = -1;
  private @Nullable GrpcClientRequest<Q, R> request;
  private @Nullable GrpcClientResponse<Q, R> response;

  StreamingCall(Strand strand, ClientOptions options, Listener<Q, R> listener) {
    this.strand = strand;
    this.options = options;
    this.listener = listener;
  }

  /**
   * Starts the call.
   *
   * @param fetch messages wanted so far
   */
  void open(GrpcClient grpc, ServiceMethod<R, Q> method, long fetch) {
    fetched = fetch;
    SocketAddress address = SocketAddress.inetSocketAddress(options.port(), options.host());
    Future<GrpcClientRequest<Q, R>> connected = grpc.request(address, method);
    connected.onSuccess(
        made -> {
          if (over) {
            made.cancel();
          } else {
            begin(made);
          }
        });
    connected
        .timeout(options.callTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(this::broken);
  }

  private void begin(GrpcClientRequest<Q, R> made) {
    request = made;
    watch(made.connection());
    made.exceptionHandler(this::broken);
    made.drainHandler(ignored -> writable());
    made.response()
        .onComplete(
            arrived -> {
              if (arrived.failed()) {
                broken(arrived.cause());
              } else if (!over) {
                receive(arrived.result());
              }
            });
    writable();
  }

  private void receive(GrpcClientResponse<Q, R> arrived) {
    response = arrived;
    arrived.pause();
    arrived.exceptionHandler(this::broken);
    // A reset carries no sentence: a server or a proxy went away. As a break, it is tried again.
    arrived.errorHandler(
        error -> broken(new IllegalStateException("the call was reset, " + error)));
    arrived.invalidMessageHandler(
        cause ->
            refused(
                new FieldstreamException(
                    GrpcStatus.DATA_LOSS, "answer: cannot be read", null, cause)));
    arrived.endHandler(ignored -> ended(arrived));
    arrived.handler(
        message -> {
          if (!over) {
            listener.onMessage(this, message);
          }
        });
    arrived.fetch(fetched);
  }

  private void ended(GrpcClientResponse<Q, R> arrived) {
    GrpcStatus status = arrived.status();
    if (status == GrpcStatus.OK) {
      end(() -> listener.onEnd(this));
    } else {
      refused(
          StatusDetails.exception(
              status == null ? GrpcStatus.UNKNOWN : status, arrived.trailers(), arrived.headers()));
    }
  }

  private void writable() {
    if (!over) {
      listener.onWritable(this);
    }
  }

  /** Whether something can be written without piling up here. */
  boolean isWritable() {
    GrpcClientRequest<Q, R> open = request;
    return !over && !finished && open != null && !open.writeQueueFull();
  }

  /** Sends a message. */
  void write(Q message) {
    GrpcClientRequest<Q, R> open = request;
    if (open != null && !over) {
      try {
        open.write(message).onFailure(this::broken);
      } catch (IllegalStateException e) {
        // Vert.x throws when the stream is gone and the handlers have yet to say so.
        broken(e);
      }
    }
  }

  /** Says that no more messages will be sent. */
  void finish() {
    GrpcClientRequest<Q, R> open = request;
    if (open != null && !over && !finished) {
      finished = true;
      try {
        open.end().onFailure(this::broken);
      } catch (IllegalStateException e) {
        broken(e);
      }
    }
  }

  /** Wants more messages. */
  void fetch(long n) {
    fetched = fetched + n < 0 ? Long.MAX_VALUE : fetched + n;
    GrpcClientResponse<Q, R> open = response;
    if (open != null && !over) {
      open.fetch(n);
    }
  }

  /** Gives the call up; nothing is heard of it any more. */
  void cancel() {
    GrpcClientRequest<Q, R> open = request;
    boolean tell = open != null && !over;
    end(() -> {});
    if (tell && open != null) {
      open.cancel();
    }
  }

  private void refused(FieldstreamException reason) {
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
      strand.vertx().cancelTimer(pingTimer);
      pingTimer = -1;
    }
    last.run();
  }

  private void watch(HttpConnection connection) {
    pingTimer =
        strand
            .vertx()
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
