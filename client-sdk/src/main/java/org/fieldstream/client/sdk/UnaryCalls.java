package org.fieldstream.client.sdk;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Calls with one request and one response; every failure is a {@link FieldstreamException}. */
final class UnaryCalls {
  private final Strand strand;
  private final GrpcClient grpc;
  private final ClientOptions options;

  UnaryCalls(Strand strand, GrpcClient grpc, ClientOptions options) {
    this.strand = strand;
    this.grpc = grpc;
    this.options = options;
  }

  <Q, A> Future<A> call(ServiceMethod<A, Q> method, Q question) {
    Promise<A> promise = Promise.promise();
    SocketAddress address = SocketAddress.inetSocketAddress(options.port(), options.host());
    Consumer<FieldstreamException> clientClosed = promise::tryFail;
    promise.future().onComplete(ignored -> strand.leave(clientClosed));
    Runnable calling =
        () ->
            grpc.request(address, method)
                .timeout(options.callTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .compose(
                    request -> {
                      request.timeout(options.callTimeout().toMillis(), TimeUnit.MILLISECONDS);
                      return request.send(question);
                    })
                .onComplete(
                    arrived -> {
                      if (arrived.failed()) {
                        promise.tryFail(broken(arrived.cause()));
                      } else {
                        receive(arrived.result(), promise);
                      }
                    });
    if (!strand.begin(calling, clientClosed)) {
      promise.tryFail(OpenCalls.reason());
    }
    return promise.future();
  }

  private <Q, A> void receive(GrpcClientResponse<Q, A> response, Promise<A> promise) {
    response.exceptionHandler(cause -> promise.tryFail(broken(cause)));
    response.errorHandler(
        error ->
            promise.tryFail(
                new FieldstreamException(error.status, "the call was reset by the server", null)));
    response.invalidMessageHandler(
        cause ->
            promise.tryFail(
                new FieldstreamException(
                    GrpcStatus.DATA_LOSS, "answer: cannot be read", null, cause)));
    response.endHandler(
        ignored -> {
          GrpcStatus status = response.status();
          if (status == GrpcStatus.OK) {
            promise.tryFail(
                new FieldstreamException(GrpcStatus.DATA_LOSS, "answer: none came", null));
          } else {
            promise.tryFail(
                StatusDetails.exception(
                    status == null ? GrpcStatus.UNKNOWN : status,
                    response.trailers(),
                    response.headers()));
          }
        });
    response.handler(promise::tryComplete);
  }

  private FieldstreamException broken(Throwable cause) {
    return new FieldstreamException(
        GrpcStatus.UNAVAILABLE,
        "server: " + options.address() + " (" + Reasons.of(cause) + ")",
        "server",
        cause);
  }
}
