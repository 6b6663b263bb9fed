package org.fieldstream.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.RetryInfo;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.health.v1.HealthCheckResponse;
import io.vertx.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.fieldstream.server.config.FieldstreamConfig;
import org.fieldstream.server.config.ServerConfig;
import org.fieldstream.server.testing.HttpGet;
import org.fieldstream.server.testing.StalledClient;
import org.fieldstream.server.testing.StreamClient;
import org.fieldstream.server.testing.StreamClient.Outcome;
import org.fieldstream.server.testing.StreamClient.Running;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.server.testing.UniformDraws;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;
import org.junit.jupiter.api.Test;

/** A server that is told to stop lets streams end at a message, and says how to go on. */
final class DrainTest {
  private static SubscribeRequest.Builder endless() {
    return SubscribeRequest.newBuilder().setModel("u").setSeed(3).setBatchSize(10);
  }

  private static UniformDraws model() {
    return new UniformDraws("u", List.of(4, 4), 0.5, 16);
  }

  @Test
  void streamsEndAtAMessageAndGoOnElsewhere() {
    UniformDraws model = model();
    Semaphore gate = new Semaphore(0);
    try (TestServer server = TestServer.start(model);
        StreamClient client = server.client()) {
      HttpGet http = new HttpGet(server.server().httpPort());
      // 256 draws of burn-in, the first message's 10, then messages of 10 from batches of 16.
      model.gate(gate);
      Running running = client.subscribe(endless().build());
      gate.release(16 + 1);
      await().until(() -> running.received() == 1 && gate.hasQueuedThreads());
      assertThat(http.status("/readyz")).isEqualTo(200);

      CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
      await().until(() -> http.status("/readyz") == 503);
      assertThat(http.status("/healthz")).isEqualTo(200);
      assertThat(health(client, "")).isEqualTo(ServingStatus.NOT_SERVING);
      assertThat(health(client, "fieldstream.v1.SamplerService"))
          .isEqualTo(ServingStatus.NOT_SERVING);
      Outcome<SubscribeResponse> refused = client.collect(endless().build());
      assertThat(refused.status()).isEqualTo(GrpcStatus.UNAVAILABLE);
      assertThat(refused.message()).isEqualTo("the server is shutting down; subscribe again later");
      assertRetry(refused, 5);

      // The device batch at the gate makes 16 more; the message begun with the last 6 of them, the
      // third, is completed by four more, and there is no other.
      gate.release(1000);
      Outcome<SubscribeResponse> drained = running.end();
      assertThat(drained.status()).isEqualTo(GrpcStatus.UNAVAILABLE);
      assertThat(drained.message())
          .isEqualTo(
              "the server is shutting down; subscribe again with the resume_token of the last"
                  + " message");
      assertRetry(drained, 1);
      assertThat(drained.messages()).hasSize(3);
      assertThat(model.draws()).isEqualTo(256 + 3 * 10);
      closing.join();
      assertThat(server.machine().isClosed()).isTrue();
      assertThat(model.open()).isZero();

      SubscribeResponse last = drained.messages().get(drained.messages().size() - 1);
      try (TestServer next = TestServer.start(model());
          StreamClient again = next.client()) {
        Outcome<SubscribeResponse> rest =
            again.collect(endless().setCount(100).setResumeToken(last.getResumeToken()).build());
        assertThat(rest.messages().get(0).getFirstIndex())
            .isEqualTo(last.getFirstIndex() + last.getCount());
      }
    }
  }

  private static void assertRetry(Outcome<?> outcome, int seconds) {
    try {
      assertThat(
              outcome.details().getDetails(1).unpack(RetryInfo.class).getRetryDelay().getSeconds())
          .isEqualTo(seconds);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static ServingStatus health(StreamClient client, String service) {
    return client
        .call(
            "grpc.health.v1.Health",
            "Check",
            HealthCheckRequest.newBuilder().setService(service).build(),
            HealthCheckResponse.getDefaultInstance())
        .messages()
        .get(0)
        .getStatus();
  }

  @Test
  void whoNeverReadsIsBrokenOff() {
    UniformDraws model = model();
    TestServer server =
        TestServer.start(
            config ->
                new FieldstreamConfig(
                    new ServerConfig("127.0.0.1", 0, 0, 1, 16 << 20, 1),
                    config.device(),
                    config.session(),
                    config.measurement(),
                    config.data()),
            model);
    try (StalledClient stalled = new StalledClient(server.server().grpcPort())) {
      stalled.subscribe(endless().setBatchSize(4096).build());
      server.close();
      assertThat(server.server().subscriptions().active()).isZero();
      assertThat(model.open()).isZero();
    }
  }
}
