package org.fieldstream.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.testing.AutoregressiveChains;
import org.fieldstream.server.testing.HttpGet;
import org.fieldstream.server.testing.StalledClient;
import org.fieldstream.server.testing.StalledClient.Stall;
import org.fieldstream.server.testing.StreamClient;
import org.fieldstream.server.testing.StreamClient.Outcome;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.server.testing.UniformDraws;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.Target;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A client that does not read costs bounded memory and slows nobody. */
final class PacingTest {
  private static final long MIB = 1 << 20;

  /** 64 x 64 float32 is 16 KiB; 64 of them make a message of 1 MiB. */
  private static final int SIZE = 16 << 10;

  private static final int PER_MESSAGE = 64;

  private final UniformDraws model = new UniformDraws("u", List.of(64, 64), 0.5, 64);
  private final AutoregressiveChains chains = new AutoregressiveChains(8, Exactness.METROPOLIS);

  @BeforeAll
  static void patience() {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(120));
  }

  private static SubscribeRequest.Builder mebibytes() {
    return SubscribeRequest.newBuilder()
        .setModel("u")
        .setExactness(org.fieldstream.v1.Exactness.EXACTNESS_REWEIGHT)
        .setBatchSize(PER_MESSAGE);
  }

  @Test
  void aStalledClientHoldsItsBudgetAndNoMore() {
    long budget = 8 * MIB;
    try (TestServer server = TestServer.start(model, chains);
        StalledClient stalled = new StalledClient(server.server().grpcPort());
        StreamClient reading = server.client()) {
      Subscriptions subscriptions = server.server().subscriptions();
      Stall draws = stalled.subscribe(mebibytes().build());
      Stall chain =
          stalled.subscribe(
              mebibytes()
                  .setModel("ar")
                  .setExactness(org.fieldstream.v1.Exactness.EXACTNESS_METROPOLIS)
                  .setTarget(Target.newBuilder().setTheory("gauss").addExtents(64).addExtents(64))
                  .build());
      // So much is held that another message would not fit.
      await().until(() -> subscriptions.totalHeldBytes() > 2 * (budget - 2 * MIB));
      read(reading, 10);
      long drawsBefore = model.draws();
      int stepsBefore = chains.steps();
      read(reading, 20);
      // What was computed meanwhile was computed for the reader alone.
      assertThat(model.draws() - drawsBefore).isEqualTo(20 * PER_MESSAGE);
      assertThat(chains.steps()).isEqualTo(stepsBefore);
      assertThat(model.draws() * SIZE).isLessThanOrEqualTo(budget + 30 * MIB);
      assertThat(chains.steps() * 8L * SIZE).isLessThanOrEqualTo(budget);
      assertThat(subscriptions.peakHeldBytes()).isLessThanOrEqualTo(budget);
      assertThat(new HttpGet(server.server().httpPort()).get("/metrics").body())
          .contains("fieldstream_backpressured_subscriptions 2.0")
          .containsPattern("fieldstream_backpressure_waits_total [1-9]")
          .containsPattern("fieldstream_subscription_held_max_bytes [678]\\d{6}\\.0");
      // Whoever reads again is served again.
      draws.read();
      await().until(() -> draws.bytes() > 20 * MIB);
      draws.cancel();
      chain.cancel();
      await().until(() -> subscriptions.active() == 0);
      assertThat(subscriptions.totalHeldBytes()).isZero();
      await().until(() -> chains.open() == 0);
    }
  }

  private static void read(StreamClient client, int messages) {
    Outcome<?> outcome =
        client.collect(mebibytes().setSeed(1).setCount(messages * PER_MESSAGE).build());
    assertThat(outcome.status()).as(outcome.message()).isEqualTo(GrpcStatus.OK);
    assertThat(outcome.messages()).hasSize(messages);
  }

  @Test
  void aHundredStalledClientsLeaveRoomForAReader() {
    long budget = 4 * MIB;
    try (TestServer server = TestServer.start(TestServer.budget(budget, 101 * budget, 200), model);
        StalledClient stalled = new StalledClient(server.server().grpcPort());
        StreamClient reading = server.client()) {
      Subscriptions subscriptions = server.server().subscriptions();
      List<Stall> stalls = new ArrayList<>();
      for (int k = 0; k < 100; k++) {
        stalls.add(stalled.subscribe(mebibytes().setSeed(k).build()));
      }
      await().until(() -> subscriptions.totalHeldBytes() > 100 * (budget - 2 * MIB));
      read(reading, 10);
      long before = model.draws();
      read(reading, 10);
      assertThat(model.draws() - before).isEqualTo(10 * PER_MESSAGE);
      assertThat(subscriptions.peakHeldBytes()).isLessThanOrEqualTo(budget);
      assertThat(model.draws() * SIZE).isLessThanOrEqualTo(100 * budget + 20 * MIB);
      // Beside what is accounted for, a stream that waits holds nothing: no device batch is left.
      await()
          .until(
              () -> {
                System.gc();
                return model.alive() == 0;
              });
      stalls.forEach(Stall::cancel);
      await().until(() -> subscriptions.active() == 0);
      assertThat(subscriptions.totalHeldBytes()).isZero();
    }
  }

  @Test
  void theBytesOfAllTogetherAreBoundedAtTheDoor() {
    try (TestServer server = TestServer.start(TestServer.budget(MIB, 3 * MIB, 200), model);
        StalledClient stalled = new StalledClient(server.server().grpcPort());
        StreamClient client = server.client()) {
      List<Stall> stalls = new ArrayList<>();
      for (int k = 0; k < 3; k++) {
        stalls.add(stalled.subscribe(mebibytes().setBatchSize(8).build()));
      }
      Outcome<?> refused = client.collect(mebibytes().setCount(1).build());
      assertThat(refused.status()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED);
      assertThat(refused.message())
          .isEqualTo(
              "subscriptions: 3 running (expected: at most 3 at a time, 1048576 bytes each of"
                  + " 3145728)");
      stalls.get(0).cancel();
      await().until(() -> server.server().subscriptions().active() == 2);
      assertThat(client.collect(mebibytes().setCount(1).build()).status()).isEqualTo(GrpcStatus.OK);
    }
  }
}
