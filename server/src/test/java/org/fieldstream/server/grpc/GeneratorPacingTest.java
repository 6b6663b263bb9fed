package org.fieldstream.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.fieldstream.server.testing.Content;
import org.fieldstream.server.testing.Counted;
import org.fieldstream.server.testing.StalledClient;
import org.fieldstream.server.testing.StalledClient.Stall;
import org.fieldstream.server.testing.StreamClient;
import org.fieldstream.server.testing.StreamClient.Outcome;
import org.fieldstream.server.testing.StreamKind;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.v1.DType;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@link PacingTest} demands of the service, with every generator behind it. */
final class GeneratorPacingTest {
  /** Bytes that a subscription may hold. */
  private static final long BUDGET = 96 << 10;

  /** About, of the fields of a message. */
  private static final int MESSAGE = 8 << 10;

  private static final int COUNT = 100;

  @BeforeAll
  static void patience() {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(120));
  }

  private static SubscribeRequest.Builder request(StreamKind kind) {
    return kind.request().setDtype(DType.DTYPE_FLOAT64).setBatchSize(MESSAGE / (2 * kind.bytes()));
  }

  private static Content read(StreamClient client, StreamKind kind) {
    Outcome<SubscribeResponse> outcome = client.collect(request(kind).setCount(COUNT).build());
    assertThat(outcome.status()).as(outcome.message()).isEqualTo(GrpcStatus.OK);
    return Content.of(outcome.messages());
  }

  @ParameterizedTest
  @EnumSource(StreamKind.class)
  void aStalledClientHoldsItsBudgetAndSlowsNobody(StreamKind kind) {
    Counted counted = new Counted(kind.model());
    try (TestServer server = kind.server(TestServer.budget(BUDGET, 8 * BUDGET, 8), counted);
        StalledClient stalled = new StalledClient(server.server().grpcPort());
        StreamClient reading = server.client()) {
      Subscriptions subscriptions = server.server().subscriptions();
      Content alone = read(reading, kind);
      long cost = counted.made();
      Stall stall = stalled.subscribe(request(kind).setSeed(3).build());
      // So much is held that another message, twice its fields at most, would not fit.
      await().until(() -> subscriptions.totalHeldBytes() > BUDGET - 2 * 2 * MESSAGE);
      read(reading, kind);
      long before = counted.made();
      assertThat(read(reading, kind)).isEqualTo(alone);
      // What was made meanwhile was made for the reader alone.
      assertThat(counted.made() - before).isEqualTo(cost);
      assertThat(subscriptions.peakHeldBytes()).isLessThanOrEqualTo(BUDGET);
      // Whoever reads again is served again.
      stall.read();
      await().until(() -> stall.bytes() > 2 * BUDGET);
      stall.cancel();
      await().until(() -> subscriptions.active() == 0);
      assertThat(subscriptions.totalHeldBytes()).isZero();
    }
  }
}
