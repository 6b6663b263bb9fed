package org.fieldstream.client.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;
import org.junit.jupiter.api.Test;

/** HTTP/2 peers whose answers are not what a gRPC server sends, byte by byte. */
class OddServerTest {
  private static final SubscribeRequest REQUEST =
      SubscribeRequest.newBuilder().setModel("fake").setSeed(2).setCount(7).build();

  private static final RetryPolicy EAGER =
      new RetryPolicy(
          Duration.ofMillis(1),
          Duration.ofMillis(4),
          Duration.ofMillis(200),
          Duration.ofMillis(200));

  private final AtomicInteger calls = new AtomicInteger();

  /** What a client of a server that answers so is told. */
  private FieldstreamException failure(Consumer<HttpServerResponse> answer) {
    Vertx vertx = Vertx.vertx();
    try {
      HttpServer server =
          vertx
              .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(0))
              .requestHandler(
                  request ->
                      request.endHandler(
                          v -> {
                            calls.incrementAndGet();
                            answer.accept(request.response());
                          }))
              .listen()
              .toCompletionStage()
              .toCompletableFuture()
              .join();
      ClientOptions options =
          ClientOptions.of("127.0.0.1", server.actualPort())
              .withRetry(EAGER)
              .withMaxMessageBytes(1 << 16);
      try (FieldstreamClient client = FieldstreamClient.connect(options);
          BatchIterator batches = client.iterate(REQUEST)) {
        return catchThrowableOfType(FieldstreamException.class, batches::hasNext);
      }
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private static HttpServerResponse grpc(HttpServerResponse response) {
    return response.putHeader("content-type", "application/grpc+proto").setChunked(true);
  }

  private static Buffer framed(int flag, byte[] message) {
    return Buffer.buffer().appendByte((byte) flag).appendInt(message.length).appendBytes(message);
  }

  @Test
  void aWebServerIsNotTakenForOneOfOurs() {
    FieldstreamException failure =
        failure(
            response ->
                response.setStatusCode(404).putHeader("content-type", "text/html").end("<html>"));
    assertThat(failure.status()).isEqualTo(GrpcStatus.UNAVAILABLE);
    assertThat(failure).hasMessageContaining("HTTP status 404, text/html: not a gRPC server");
    assertThat(calls.get()).as("a proxy may have been asked too early").isGreaterThan(1);
  }

  @Test
  void aRefusalWithoutABodyIsUnderstood() {
    FieldstreamException failure =
        failure(
            response ->
                grpc(response)
                    .putHeader("grpc-status", "5")
                    .putHeader("grpc-message", "model: nosuch")
                    .end());
    assertThat(failure.status()).isEqualTo(GrpcStatus.NOT_FOUND);
    assertThat(failure).hasMessageContaining("model: nosuch");
    assertThat(calls.get()).isEqualTo(1);
  }

  @Test
  void aStatusThatIsNoneIsUnknown() {
    for (String code : new String[] {"99", "fine"}) {
      FieldstreamException failure =
          failure(response -> grpc(response).putTrailer("grpc-status", code).end());
      assertThat(failure.status()).isEqualTo(GrpcStatus.UNKNOWN);
    }
  }

  @Test
  void anEndWithoutAStatusAndAResetAreTriedAgain() {
    FieldstreamException ended = failure(response -> grpc(response).end());
    assertThat(ended.status()).isEqualTo(GrpcStatus.UNAVAILABLE);
    assertThat(ended).hasMessageContaining("the call ended without a status");
    assertThat(calls.get()).isGreaterThan(1);
    FieldstreamException reset =
        failure(
            response -> {
              grpc(response).writeHead();
              response.reset(2);
            });
    assertThat(reset.status()).isEqualTo(GrpcStatus.UNAVAILABLE);
    assertThat(reset).hasMessageContaining("stream reset, code 2");
  }

  @Test
  void aMessageThatCannotBeTakenEndsTheStreamAtOnce() {
    FieldstreamException tooLong =
        failure(
            response ->
                grpc(response).write(Buffer.buffer().appendByte((byte) 0).appendInt(1 << 17)));
    assertThat(tooLong.status()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED);
    assertThat(tooLong.field()).isEqualTo("batch_size");
    assertThat(tooLong).hasMessageContaining("message: 131072 bytes (expected: at most 65536;");
    FieldstreamException compressed =
        failure(response -> grpc(response).write(framed(1, new byte[3])));
    assertThat(compressed.status()).isEqualTo(GrpcStatus.DATA_LOSS);
    assertThat(compressed).hasMessageContaining("message: compressed (expected: ");
    byte[] half =
        SubscribeResponse.newBuilder().setModelDigest("x".repeat(40)).build().toByteArray();
    FieldstreamException damaged =
        failure(response -> grpc(response).write(framed(0, java.util.Arrays.copyOf(half, 20))));
    assertThat(damaged.status()).isEqualTo(GrpcStatus.DATA_LOSS);
    assertThat(damaged).hasMessageContaining("message: not a SubscribeResponse");
  }
}
