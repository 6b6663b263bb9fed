package org.fieldstream.server.grpc;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.MessageSizeOverflowException;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.ServiceBuilder;
import java.util.function.Supplier;
import org.fieldstream.monitoring.meters.FieldstreamMeters;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Binds methods that take a stream of messages and answer once. Messages go to worker threads as
 * bytes, one at a time: the next is fetched when the one before is done with, so a sender waits for
 * the disk. Event loops neither parse nor block.
 */
final class ClientStreams {
  private static final Logger LOG = LoggerFactory.getLogger(ClientStreams.class);

  /**
   * What becomes of one call's messages; all methods are called on worker threads, one after the
   * other.
   *
   * @param <R> the answer
   */
  interface Receiver<R> {
    /** Takes the next message. */
    void take(byte[] message);

    /** The answer, after the last message. */
    R answer();

    /** The call is over, in whatever way; called once, last. */
    void close();
  }

  private ClientStreams() {}

  /**
   * Binds a method.
   *
   * @param workers where receivers work
   * @param current where the call's request is found
   * @param receivers makes a call's receiver, on its event loop; may refuse the call
   */
  static <R> void bind(
      ServiceBuilder service,
      ServiceName name,
      String method,
      GrpcMessageEncoder<R> encoder,
      Vertx vertx,
      WorkerExecutor workers,
      FieldstreamMeters meters,
      PacedRequests.Current current,
      Supplier<Receiver<R>> receivers) {
    ServiceMethod<Buffer, R> bound =
        ServiceMethod.server(name, method, encoder, GrpcMessageDecoder.IDENTITY);
    service.bind(
        bound,
        request -> {
          Call<R> call = new Call<>(vertx, request, meters);
          try {
            new Running<>(request, current.body(), call, workers, receivers.get()).start();
          } catch (RuntimeException e) {
            call.fail(e);
          }
        });
  }

  /** One call. Confined to its event loop. */
  private static final class Running<R> {
    private final GrpcServerRequest<Buffer, R> request;
    private final PacedBody body;
    private final Call<R> call;
    private final WorkerExecutor workers;
    private final Receiver<R> receiver;
    private final Context context;
    private Future<?> working = Future.succeededFuture();

    private Running(
        GrpcServerRequest<Buffer, R> request,
        PacedBody body,
        Call<R> call,
        WorkerExecutor workers,
        Receiver<R> receiver) {
      this.request = request;
      this.body = body;
      this.call = call;
      this.workers = workers;
      this.receiver = receiver;
      this.context = call.context();
    }

    private void start() {
      call.onEnd(this::close);
      request.invalidMessageHandler(
          invalid ->
              call.interrupt(
                  invalid instanceof MessageSizeOverflowException overflow
                      ? ServiceException.of(
                          ErrorCode.QUOTA_EXCEEDED,
                          "request: %d bytes (expected: fewer, the server's message limit; send smaller batches)"
                              .formatted(overflow.messageSize()))
                      : ServiceException.of(
                          ErrorCode.BAD_MESSAGE,
                          "request: unreadable (expected: a gRPC message)")));
      request.handler(this::take);
      request.endHandler(v -> answer());
      request.pause();
      request.fetch(1);
    }

    private void take(Buffer message) {
      if (call.isOver()) {
        return;
      }
      byte[] bytes = message.getBytes();
      body.busy();
      Future<Void> taken =
          workers.executeBlocking(
              () -> {
                receiver.take(bytes);
                return null;
              },
              false);
      working = taken;
      taken.onComplete(
          v ->
              context.runOnContext(
                  w -> {
                    body.idle(bytes.length);
                    if (taken.failed()) {
                      call.fail(taken.cause());
                    } else if (!call.isOver()) {
                      request.fetch(1);
                    }
                  }));
    }

    private void answer() {
      working.onSuccess(
          v -> {
            if (!call.isOver()) {
              Future<R> answer = workers.executeBlocking(receiver::answer, false);
              working = answer;
              answer.onComplete(
                  a ->
                      context.runOnContext(
                          w -> {
                            if (a.succeeded()) {
                              call.reply(a.result());
                            } else {
                              call.fail(a.cause());
                            }
                          }));
            }
          });
    }

    private void close() {
      working.onComplete(
          v ->
              workers
                  .executeBlocking(
                      () -> {
                        receiver.close();
                        return null;
                      },
                      false)
                  .onFailure(e -> LOG.error("A stream of messages did not end well", e)));
    }
  }
}
