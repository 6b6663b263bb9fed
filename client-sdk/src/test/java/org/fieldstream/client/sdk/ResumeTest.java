package org.fieldstream.client.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.fieldstream.client.testing.FakeServer;
import org.fieldstream.client.testing.FakeServer.Ending;
import org.fieldstream.client.testing.FakeServer.Plan;
import org.fieldstream.client.testing.FakeStream;
import org.fieldstream.v1.SubscribeRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams over a server that breaks calls: nothing lost, nothing repeated. */
class ResumeTest {
  private static final RetryPolicy EAGER =
      new RetryPolicy(
          Duration.ofMillis(1),
          Duration.ofMillis(4),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20));

  private static final SubscribeRequest REQUEST =
      SubscribeRequest.newBuilder().setModel("fake").setSeed(11).setCount(1003).build();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void survivesBreaksAtRandomMoments(long breaks) throws Exception {
    Random random = new Random(breaks);
    FakeServer.Planner planner =
        call ->
            switch (random.nextInt(4)) {
              case 0 -> Plan.serve().after(random.nextInt(9), Ending.CLOSE_CONNECTION);
              case 1 -> Plan.serve().after(random.nextInt(9), Ending.RESET_STREAM);
              case 2 ->
                  Plan.serve()
                      .after(random.nextInt(9), GrpcStatus.UNAVAILABLE, "draining, come back", "");
              default -> Plan.serve().after(1 + random.nextInt(20), Ending.CLOSE_CONNECTION);
            };
    List<String> interruptions = new ArrayList<>();
    try (FakeServer server = new FakeServer(planner);
        FieldstreamClient client = client(server, EAGER)) {
      List<ConfigurationBatch> batches =
          drain(
              client.subscribe(
                  REQUEST,
                  ResumePoint.START,
                  (reason, next, wait) -> interruptions.add(next + " " + reason)));
      assertWholeStream(batches);
      assertThat(server.calls()).hasSizeGreaterThan(5);
      assertThat(interruptions).hasSize(server.calls().size() - 1);
    }
  }

  @Test
  void resumesWhereTheLastDeliveredBatchEnded() {
    FakeServer.Planner planner =
        call ->
            call == 1
                ? Plan.serve().after(3, GrpcStatus.UNAVAILABLE, "draining", "")
                : Plan.serve();
    try (FakeServer server = new FakeServer(planner);
        FieldstreamClient client = client(server, EAGER)) {
      List<ConfigurationBatch> batches =
          drain(client.subscribe(REQUEST, ResumePoint.START, StreamListener.SILENT));
      assertWholeStream(batches);
      assertThat(server.calls()).hasSize(2);
      assertThat(server.calls().get(0).getResumeToken().isEmpty()).isTrue();
      assertThat(server.calls().get(1).getResumeToken())
          .isEqualTo(batches.get(2).resumePoint().token());
      assertThat(server.calls().get(1).getCount()).isEqualTo(1003);
    }
  }

  @Test
  void goesOnFromAPointKeptByTheCaller() {
    try (FakeServer server = new FakeServer(call -> Plan.serve());
        FieldstreamClient client = client(server, EAGER)) {
      ResumePoint kept;
      try (BatchIterator batches = client.iterate(REQUEST)) {
        batches.next();
        kept = batches.next().resumePoint();
      }
      List<ConfigurationBatch> rest = drain(client.subscribe(REQUEST, kept, StreamListener.SILENT));
      assertThat(rest.get(0).firstIndex()).isEqualTo(14);
      assertThat(rest.stream().mapToInt(ConfigurationBatch::count).sum()).isEqualTo(1003 - 14);
    }
  }

  @Test
  void waitsForAServerThatIsRestarted() throws Exception {
    int port;
    BatchIterator batches;
    FakeServer first = new FakeServer(call -> Plan.serve().after(5, Ending.CLOSE_CONNECTION));
    port = first.port();
    try (FieldstreamClient client =
        FieldstreamClient.connect(ClientOptions.of("127.0.0.1", port).withRetry(EAGER))) {
      batches = client.iterate(REQUEST);
      assertThat(batches.hasNext()).isTrue();
      first.close();
      List<ConfigurationBatch> all = new ArrayList<>();
      try (FakeServer second = new FakeServer(port, call -> Plan.serve())) {
        batches.forEachRemaining(all::add);
        assertThat(second.calls()).isNotEmpty();
      }
      assertWholeStream(all);
    }
  }

  @Test
  void givesUpAfterItsTimeWithAClearSentence() {
    RetryPolicy impatient = EAGER.withGiveUpAfter(Duration.ofMillis(60));
    FakeServer.Planner planner =
        call -> Plan.serve().after(call == 1 ? 2 : 0, Ending.CLOSE_CONNECTION);
    try (FakeServer server = new FakeServer(planner);
        FieldstreamClient client = client(server, impatient);
        BatchIterator batches = client.iterate(REQUEST)) {
      FieldstreamException failure =
          catchThrowableOfType(
              FieldstreamException.class, () -> batches.forEachRemaining(batch -> {}));
      assertThat(failure.status()).isEqualTo(GrpcStatus.UNAVAILABLE);
      assertThat(failure)
          .hasMessageMatching(
              "server: 127.0.0.1:\\d+ \\(.*\\), given up after \\d+ attempts? in .* s");
      assertThat(server.calls()).hasSizeGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void aServerThatWasNeverThereIsGivenUpSooner() throws Exception {
    int unused;
    try (FakeServer server = new FakeServer(call -> Plan.serve())) {
      unused = server.port();
    }
    RetryPolicy policy = EAGER.withFirstContact(Duration.ofMillis(30));
    try (FieldstreamClient client =
            FieldstreamClient.connect(ClientOptions.of("127.0.0.1", unused).withRetry(policy));
        BatchIterator batches = client.iterate(REQUEST)) {
      FieldstreamException failure =
          catchThrowableOfType(FieldstreamException.class, batches::hasNext);
      assertThat(failure.status()).isEqualTo(GrpcStatus.UNAVAILABLE);
      assertThat(failure).hasMessageContaining("connection refused; is the server running?");
    }
  }

  @Test
  void aModelThatChangedMeanwhileEndsTheStream() {
    FakeServer.Planner planner =
        call ->
            call == 1
                ? Plan.serve().after(3, Ending.CLOSE_CONNECTION)
                : Plan.serve().changing(m -> m.toBuilder().setModelDigest("sha256:other").build());
    try (FakeServer server = new FakeServer(planner);
        FieldstreamClient client = client(server, EAGER);
        BatchIterator batches = client.iterate(REQUEST)) {
      FieldstreamException failure =
          catchThrowableOfType(
              FieldstreamException.class, () -> batches.forEachRemaining(batch -> {}));
      assertThat(failure.status()).isEqualTo(GrpcStatus.FAILED_PRECONDITION);
      assertThat(failure.field()).isEqualTo("model_digest");
    }
  }

  private static FieldstreamClient client(FakeServer server, RetryPolicy policy) {
    return FieldstreamClient.connect(
        ClientOptions.of("127.0.0.1", server.port()).withRetry(policy));
  }

  private static List<ConfigurationBatch> drain(ConfigurationStream stream) {
    List<ConfigurationBatch> batches = new ArrayList<>();
    try (BatchIterator iterator = BatchIterator.over(stream)) {
      iterator.forEachRemaining(batches::add);
    }
    return batches;
  }

  private static void assertWholeStream(List<ConfigurationBatch> batches) {
    long next = 0;
    for (ConfigurationBatch batch : batches) {
      assertThat(batch.firstIndex()).isEqualTo(next);
      double[] fields = batch.doubles();
      for (int k = 0; k < batch.count(); k++) {
        double[] expected = FakeStream.field(11, next + k, 16);
        for (int x = 0; x < 16; x++) {
          assertThat(fields[16 * k + x]).isEqualTo(expected[x]);
        }
      }
      next += batch.count();
    }
    assertThat(next).isEqualTo(1003);
  }
}
