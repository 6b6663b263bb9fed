package org.fieldstream.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.fieldstream.server.config.FieldstreamConfig;
import org.fieldstream.server.config.ServerConfig;
import org.fieldstream.server.config.SessionConfig;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.testing.AutoregressiveChains;
import org.fieldstream.server.testing.HttpGet;
import org.fieldstream.server.testing.StalledClient;
import org.fieldstream.server.testing.StalledClient.Stall;
import org.fieldstream.server.testing.StreamClient;
import org.fieldstream.server.testing.StreamClient.Outcome;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.Target;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A stream that ends while bytes of it wait for the network frees its work at once, and its bytes
 * only when they are gone.
 */
final class DeadlineTest {
  private static final long MIB = 1 << 20;
  private static final long BUDGET = 4 * MIB;

  private final AutoregressiveChains chains = new AutoregressiveChains(8, Exactness.METROPOLIS);

  @BeforeAll
  static void patience() {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(120));
  }

  /** Messages of 1 MiB: 64 configurations of 64 x 64 in float32. */
  private static SubscribeRequest mebibytes() {
    return SubscribeRequest.newBuilder()
        .setModel("ar")
        .setBatchSize(64)
        .setTarget(Target.newBuilder().setTheory("gauss").addExtents(64).addExtents(64))
        .build();
  }

  /** Room for one subscription, and so many seconds for what is written. */
  private TestServer server(int seconds) {
    return TestServer.start(
        config ->
            new FieldstreamConfig(
                new ServerConfig("127.0.0.1", 0, 0, 1, 16 << 20, seconds),
                config.device(),
                new SessionConfig(BUDGET, BUDGET, 10, 1 << 16, 1 << 24, 512 << 10, 0),
                config.measurement(),
                config.data()),
        chains);
  }

  /** Stalls until the deadline has passed, which frees the chains. */
  private Stall stallBeyondDeadline(StalledClient client) {
    Stall stall = client.subscribe(mebibytes(), Duration.ofSeconds(3));
    await().until(() -> chains.open() == 1);
    await().until(() -> chains.open() == 0);
    return stall;
  }

  @Test
  void whatIsWrittenIsHeldUntilItIsOut() {
    try (TestServer server = server(3600);
        StalledClient stalled = new StalledClient(server.server().grpcPort());
        StreamClient client = server.client()) {
      Subscriptions subscriptions = server.server().subscriptions();
      Stall stall = stallBeyondDeadline(stalled);
      assertThat(subscriptions.totalHeldBytes()).isBetween(MIB, BUDGET);
      assertThat(subscriptions.active()).isEqualTo(1);
      assertThat(client.collect(mebibytes()).status()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED);
      stall.read();
      assertThat(stall.status()).isEqualTo(Integer.toString(GrpcStatus.DEADLINE_EXCEEDED.code));
      await().until(() -> subscriptions.active() == 0);
      assertThat(subscriptions.totalHeldBytes()).isZero();
      assertThat(stall.bytes()).isBetween(MIB, BUDGET);
    }
  }

  @Test
  void whoDoesNotReadOnIsBrokenOff() {
    try (TestServer server = server(1);
        StalledClient stalled = new StalledClient(server.server().grpcPort())) {
      Subscriptions subscriptions = server.server().subscriptions();
      Stall stall = stallBeyondDeadline(stalled);
      await().until(() -> subscriptions.active() == 0);
      assertThat(subscriptions.totalHeldBytes()).isZero();
      stall.read();
      assertThat(catchThrowable(stall::status)).hasMessageContaining("reset");
      assertThat(new HttpGet(server.server().httpPort()).get("/metrics").body())
          .containsPattern(
              "fieldstream_call_duration_seconds_count\\{.*status=\"DEADLINE_EXCEEDED\"\\} 1");
    }
  }

  @Test
  void aMessageTooManyEndsTheStreamAndFreesItsPlace() {
    try (TestServer server = server(3600);
        StreamClient client = server.client()) {
      Outcome<?> outcome = client.subscribeTwice(mebibytes());
      assertThat(outcome.status()).isEqualTo(GrpcStatus.INVALID_ARGUMENT);
      assertThat(outcome.message()).isEqualTo("request: a second message (expected: one)");
      await().until(() -> server.server().subscriptions().active() == 0);
      await().until(() -> chains.open() == 0);
    }
  }
}
