package org.fieldstream.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.grpc.common.GrpcStatus;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.zip.CRC32C;
import org.fieldstream.server.testing.StreamClient;
import org.fieldstream.server.testing.StreamClient.Running;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.server.testing.UniformDraws;
import org.fieldstream.v1.Exactness;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams give their memory back when a message is out, or will not go out, and not before. */
final class StreamMemoryTest {
  private static final int LANES = 16;
  private static final int SITES = 32 * 32;

  private final UniformDraws model = new UniformDraws("u", List.of(32, 32), 0.5, LANES);
  private final Semaphore gate = new Semaphore(0);
  private TestServer server;
  private StreamClient client;
  private long before;

  @BeforeEach
  void start() {
    server = TestServer.start(model);
    client = server.client();
    before = DirectMemory.SHARED.lent();
  }

  @AfterEach
  void stop() {
    gate.release(1 << 20);
    client.close();
    server.close();
  }

  private static SubscribeRequest request(long seed, int batch, int messages) {
    return SubscribeRequest.newBuilder()
        .setModel("u")
        .setExactness(Exactness.EXACTNESS_RAW)
        .setSeed(seed)
        .setBatchSize(batch)
        .setCount((long) batch * messages)
        .build();
  }

  @Test
  void twoStreamsSideBySideUseTheSameMemoryAndSendTheirOwnValues() {
    int messages = 300;
    List<Running> running =
        List.of(
            client.subscribe(request(1, LANES, messages)),
            client.subscribe(request(2, LANES, messages)));
    for (Running stream : running) {
      assertThat(stream.end().status()).isEqualTo(GrpcStatus.OK);
      assertThat(stream.messages()).hasSizeGreaterThanOrEqualTo(messages);
      for (SubscribeResponse message : stream.messages()) {
        CRC32C crc = new CRC32C();
        crc.update(message.getFields().toByteArray());
        assertThat(message.getFields().size()).isEqualTo(message.getCount() * SITES * Float.BYTES);
        assertThat(message.getCrc32C()).isEqualTo((int) crc.getValue());
      }
    }
    await().until(() -> DirectMemory.SHARED.lent() == before);
  }

  @Test
  void aMessageThatIsHalfMadeWhenItsStreamEndsIsGivenUp() {
    int batch = 4 * LANES;
    model.gate(gate);
    Running running = client.subscribe(request(3, batch, 10));
    gate.release(2);
    await().until(() -> model.calls() == 2 && gate.hasQueuedThreads());
    assertThat(DirectMemory.SHARED.lent() - before).isGreaterThanOrEqualTo(batch * SITES * 4L);
    running.cancel();
    await().until(() -> server.server().subscriptions().active() == 0);
    gate.release(1);
    await().until(() -> DirectMemory.SHARED.lent() == before);
  }
}
