package org.fieldstream.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.vertx.grpc.common.GrpcStatus;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.testing.AutoregressiveChains;
import org.fieldstream.server.testing.StreamClient;
import org.fieldstream.server.testing.StreamClient.Running;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.server.testing.UniformDraws;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.Target;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever leaves takes his work with him: the device batch under way is the last. */
final class CancelTest {
  private static final int LANES = 16;

  private final UniformDraws model = new UniformDraws("u", List.of(4, 4), 0.5, LANES);
  private final AutoregressiveChains chains = new AutoregressiveChains(8, Exactness.METROPOLIS);
  private final Semaphore gate = new Semaphore(0);
  private TestServer server;
  private StreamClient client;

  @BeforeEach
  void start() {
    server = TestServer.start(model, chains);
    client = server.client();
  }

  @AfterEach
  void stop() {
    gate.release(1 << 20);
    client.close();
    server.close();
  }

  private static SubscribeRequest endless() {
    return SubscribeRequest.newBuilder()
        .setModel("u")
        .setExactness(org.fieldstream.v1.Exactness.EXACTNESS_RAW)
        .setBatchSize(LANES)
        .build();
  }

  /** Lets three device batches pass, then the departure, then everything. */
  private void assertFreedWithinABatch(Running running, Runnable departure) {
    gate.release(3);
    await().until(() -> running.received() == 3);
    // The fourth batch waits at the gate or is about to.
    departure.run();
    await().until(() -> server.server().subscriptions().active() == 0);
    model.gate(null);
    gate.release(1 << 20);
    // A later subscriber's draws are the proof that the device went on without the first one.
    SubscribeRequest other = endless().toBuilder().setCount(LANES).build();
    assertThat(client.collect(other).status()).isEqualTo(GrpcStatus.OK);
    assertThat(model.draws()).isLessThanOrEqualTo((3 + 1 + 1) * LANES);
  }

  @Test
  void cancelFreesWorkWithinABatch() {
    model.gate(gate);
    Running running = client.subscribe(endless());
    assertFreedWithinABatch(running, running::cancel);
  }

  @Test
  void aBrokenConnectionFreesWorkWithinABatch() {
    model.gate(gate);
    try (StreamClient doomed = server.client()) {
      Running running = doomed.subscribe(endless());
      assertFreedWithinABatch(running, running::disconnect);
    }
  }

  @Test
  void aDeadlineFreesWorkWithinABatch() {
    model.gate(gate);
    Running running = client.subscribe(endless(), 1500);
    assertFreedWithinABatch(
        running,
        () -> {
          Throwable failure = catchThrowable(running::end);
          // Client and server keep the same deadline: either may be first to say so.
          if (failure == null) {
            assertThat(running.end().status()).isEqualTo(GrpcStatus.DEADLINE_EXCEEDED);
          }
        });
  }

  @Test
  void aCancelledChainIsClosed() {
    Running running =
        client.subscribe(
            SubscribeRequest.newBuilder()
                .setModel("ar")
                .setTarget(Target.newBuilder().setTheory("gauss").addExtents(4).addExtents(4))
                .build());
    await().until(() -> running.received() > 0);
    assertThat(chains.open()).isEqualTo(1);
    running.cancel();
    await().until(() -> chains.open() == 0);
  }

  @Test
  void onlyWhatWasAskedForIsDrawn() {
    SubscribeRequest request = endless().toBuilder().setCount(37).build();
    assertThat(client.collect(request).messages()).hasSize(3);
    assertThat(model.draws()).isEqualTo(37);
  }

  @Test
  void subscribersShareDeviceBatches() {
    model.gate(gate);
    Running first = client.subscribe(endless().toBuilder().setCount(LANES).build());
    // It waits at the gate with a batch of its own; the others gather behind it.
    await().until(gate::hasQueuedThreads);
    Running[] others = new Running[4];
    for (int k = 0; k < others.length; k++) {
      others[k] = client.subscribe(endless().toBuilder().setSeed(k).setCount(LANES / 4).build());
    }
    await().until(() -> server.server().subscriptions().totalHeldBytes() > 5 * 16 * 64 / 2);
    await().until(() -> server.server().subscriptions().active() == 5);
    gate.release(100);
    assertThat(first.end().status()).isEqualTo(GrpcStatus.OK);
    for (Running other : others) {
      assertThat(other.end().status()).isEqualTo(GrpcStatus.OK);
    }
    assertThat(model.draws()).isEqualTo(2 * LANES);
    assertThat(model.calls()).isLessThan(5);
    assertThat(model.open()).isEqualTo(1);
  }

  @Test
  void aFailingModelEndsItsOwnStreamsOnly() {
    model.failWith(new IllegalStateException("weights: secret path /models/u"));
    StreamClient.Outcome<?> failed = client.collect(endless());
    assertThat(failed.status()).isEqualTo(GrpcStatus.INTERNAL);
    assertThat(failed.message())
        .isEqualTo("the generator failed on this machine; the server's log has the cause");
    assertThat(failed.details().toString()).doesNotContain("secret").doesNotContain("Exception");
    model.failWith(null);
    assertThat(client.collect(endless().toBuilder().setCount(5).build()).status())
        .isEqualTo(GrpcStatus.OK);
  }
}
