package org.fieldstream.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.grpc.common.GrpcStatus;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import org.fieldstream.server.testing.Proposing;
import org.fieldstream.server.testing.StreamClient;
import org.fieldstream.server.testing.StreamClient.Running;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.server.testing.UniformDraws;
import org.fieldstream.v1.Exactness;
import org.fieldstream.v1.ProposalSession;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Streams give their memory back when a message is out, or will not go out, and not before. What is
 * lent is counted for the whole process: no other test may run beside these.
 */
final class StreamMemoryTest {
  private static final int LANES = 16;
  private static final int SITES = 32 * 32;

  private final UniformDraws model = new UniformDraws("u", List.of(32, 32), 0.5, LANES);
  private final Semaphore gate = new Semaphore(0);
  private TestServer server;
  private StreamClient client;
  private long lent;
  private long kept;

  @BeforeEach
  void start() {
    server = TestServer.start(model);
    client = server.client();
    lent = DirectMemory.SHARED.lent();
    kept = DirectMemory.SHARED.kept();
  }

  @AfterEach
  void stop() {
    gate.release(1 << 20);
    client.close();
    server.close();
  }

  private static void until(Callable<Boolean> condition) {
    await().atMost(Duration.ofMinutes(2)).until(condition);
  }

  private static SubscribeRequest.Builder request(long seed, int batch, int messages) {
    return SubscribeRequest.newBuilder()
        .setModel("u")
        .setExactness(Exactness.EXACTNESS_RAW)
        .setSeed(seed)
        .setBatchSize(batch)
        .setCount((long) batch * messages);
  }

  private static void assertItsOwnValues(long seed, long count, List<SubscribeResponse> messages) {
    long next = 0;
    float[] field = new float[SITES];
    for (SubscribeResponse message : messages) {
      var values =
          message.getFields().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
      for (int i = 0; i < message.getCount(); i++) {
        values.get(field);
        assertThat(field).isEqualTo(UniformDraws.field(seed, next++, SITES));
      }
    }
    assertThat(next).isEqualTo(count);
  }

  @Test
  void streamsSideBySideUseLittleMemoryAgainAndAgainAndSendTheirOwnValues() {
    int messages = 400;
    Running one = client.subscribe(request(1, LANES, messages).build());
    Running two = client.subscribe(request(2, LANES, messages).build());
    assertThat(one.end().status()).isEqualTo(GrpcStatus.OK);
    assertThat(two.end().status()).isEqualTo(GrpcStatus.OK);
    assertItsOwnValues(1, (long) messages * LANES, one.messages());
    assertItsOwnValues(2, (long) messages * LANES, two.messages());
    until(() -> DirectMemory.SHARED.lent() == lent);
    // What both had under way at most, 8 MiB each, and not the 50 MiB they have sent.
    assertThat(DirectMemory.SHARED.kept()).isPositive().isLessThanOrEqualTo(kept + (16 << 20));
  }

  @Test
  void aMessageThatIsHalfMadeWhenItsStreamEndsIsGivenUp() {
    int batch = 4 * LANES;
    model.gate(gate);
    Running running = client.subscribe(request(3, batch, 10).build());
    gate.release(2);
    until(() -> model.calls() == 2 && gate.hasQueuedThreads());
    assertThat(DirectMemory.SHARED.lent() - lent).isGreaterThanOrEqualTo(batch * SITES * 4L);
    running.cancel();
    until(() -> server.server().subscriptions().active() == 0);
    gate.release(1);
    until(() -> DirectMemory.SHARED.lent() == lent);
  }

  @Test
  void messagesWithoutFieldsGiveTheirHeadersBack() {
    SubscribeRequest request = request(4, LANES, 50).setOmitFields(true).build();
    assertThat(client.collect(request).status()).isEqualTo(GrpcStatus.OK);
    until(() -> DirectMemory.SHARED.lent() == lent);
  }

  @Test
  void proposalsGiveTheirMemoryBack() {
    Proposing session =
        client.propose().open(ProposalSession.newBuilder().setModel("u").setSeed(5));
    for (int i = 0; i < 20; i++) {
      session.ask(LANES);
    }
    assertThat(session.finish().status()).isEqualTo(GrpcStatus.OK);
    until(() -> DirectMemory.SHARED.lent() == lent);
  }
}
