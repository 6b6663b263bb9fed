package org.fieldstream.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.testing.AutoregressiveChains;
import org.fieldstream.server.testing.Content;
import org.fieldstream.server.testing.StreamClient;
import org.fieldstream.server.testing.StreamClient.Outcome;
import org.fieldstream.server.testing.StreamClient.Running;
import org.fieldstream.server.testing.StreamKind;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.server.testing.UniformDraws;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;
import org.fieldstream.v1.Target;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Configuration i is a function of (model, target, seed, i): not of batching, company or breaks.
 */
final class DeterminismTest {
  private static final int COUNT = 200;

  private static final Map<House, TestServer> SERVERS = new HashMap<>();
  private static final Map<House, StreamClient> CLIENTS = new HashMap<>();

  @AfterAll
  static void stop() {
    CLIENTS.values().forEach(StreamClient::close);
    SERVERS.values().forEach(TestServer::close);
    CLIENTS.clear();
    SERVERS.clear();
  }

  private static TestServer server(House house) {
    return SERVERS.computeIfAbsent(house, h -> h.start().get());
  }

  private static StreamClient client(House house) {
    return CLIENTS.computeIfAbsent(house, h -> server(h).client());
  }

  /** Models that compute by themselves. */
  private static TestServer fakes() {
    return TestServer.start(
        new UniformDraws("gauss-4x4", List.of(4, 4), 0.5, 32),
        new AutoregressiveChains(6, Exactness.METROPOLIS));
  }

  /** What they are asked for. */
  enum Fake {
    METROPOLIS,
    REWEIGHT,
    RAW,
    CHAIN;

    SubscribeRequest.Builder request() {
      SubscribeRequest.Builder request =
          SubscribeRequest.newBuilder().setSeed(-7).addObservables("m");
      return this == CHAIN
          ? request
              .setModel("ar")
              .setTarget(Target.newBuilder().setTheory("gauss").addExtents(4).addExtents(4))
          : request
              .setModel("gauss-4x4")
              .setExactness(org.fieldstream.v1.Exactness.valueOf("EXACTNESS_" + name()));
    }
  }

  /**
   * What streams come from.
   *
   * @param name one server for all of this name
   */
  private record House(String name, Supplier<TestServer> start) {
    @Override
    public boolean equals(Object other) {
      return other instanceof House house && house.name.equals(name);
    }

    @Override
    public int hashCode() {
      return name.hashCode();
    }
  }

  private static final House FAKES = new House("fakes", DeterminismTest::fakes);

  /**
   * A kind of stream.
   *
   * @param house the server that it comes from
   * @param request what is asked for, without end
   * @param values of a configuration
   * @param company what else the server may be asked for
   */
  private record Row(
      String name,
      House house,
      SubscribeRequest request,
      int values,
      List<SubscribeRequest> company) {
    SubscribeRequest.Builder some() {
      return request.toBuilder().setCount(COUNT);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Row row(Fake fake) {
    List<SubscribeRequest> all =
        Arrays.stream(Fake.values()).map(other -> other.request().build()).toList();
    return new Row(fake.name(), FAKES, fake.request().build(), 16, all);
  }

  private static Row row(StreamKind kind) {
    return new Row(
        kind.toString(),
        new House(kind.house().name(), kind.house()::server),
        kind.request().build(),
        kind.components() * StreamKind.SITES,
        kind.house().kinds().stream().map(other -> other.request().build()).toList());
  }

  static Stream<Row> rows() {
    return Stream.concat(
        Arrays.stream(Fake.values()).map(DeterminismTest::row),
        Arrays.stream(StreamKind.values()).map(DeterminismTest::row));
  }

  private static Content content(StreamClient client, SubscribeRequest request) {
    Outcome<SubscribeResponse> outcome = client.collect(request);
    assertThat(outcome.status()).as(outcome.message()).isEqualTo(GrpcStatus.OK);
    return Content.of(outcome.messages());
  }

  @ParameterizedTest
  @MethodSource("rows")
  void batchSizeChangesNothingAndTheSeedDoes(Row row) {
    StreamClient client = client(row.house());
    Content whole = content(client, row.some().build());
    assertThat(whole.action()).hasSize(COUNT);
    assertThat(whole.fields().size()).isEqualTo(COUNT * row.values() * Float.BYTES);
    int levels = row.request().getDenoising().getCount();
    assertThat(whole.denoising().size()).isEqualTo(COUNT * levels * row.values() * Float.BYTES);
    for (int batch : new int[] {1, 7, 64}) {
      assertThat(content(client, row.some().setBatchSize(batch).build())).isEqualTo(whole);
    }
    assertThat(content(client, row.some().setSeed(1).build()).fields())
        .isNotEqualTo(whole.fields());
  }

  /** Two that share device batches with the row, and four others, all of them under way. */
  @ParameterizedTest
  @MethodSource("rows")
  void companyChangesNothing(Row row) {
    StreamClient client = client(row.house());
    Content alone = content(client, row.some().setBatchSize(7).build());
    try (StreamClient company = server(row.house()).client()) {
      List<Running> others = new ArrayList<>();
      for (int k = 0; k < 6; k++) {
        SubscribeRequest other =
            k < 2 ? row.request() : row.company().get((7 * k) % row.company().size());
        others.add(company.subscribe(other.toBuilder().setSeed(k).setBatchSize(10 + k).build()));
      }
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> others.stream().allMatch(other -> other.received() > 0));
      Content beside = content(client, row.some().setBatchSize(7).build());
      assertThat(others).allSatisfy(other -> assertThat(other.hasEnded()).isFalse());
      assertThat(beside).isEqualTo(alone);
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void resumesAtAnyMessageOnANewServer(Row row) {
    Outcome<SubscribeResponse> whole =
        client(row.house()).collect(row.some().setBatchSize(1).build());
    Content expected = Content.of(whole.messages());
    try (TestServer other = row.house().start().get();
        StreamClient second = other.client()) {
      for (int at : new int[] {0, 5, 6, 150, COUNT - 2}) {
        SubscribeRequest rest =
            row.some()
                .setBatchSize(33)
                .setResumeToken(whole.messages().get(at).getResumeToken())
                .build();
        Outcome<SubscribeResponse> resumed = second.collect(rest);
        assertThat(resumed.status()).isEqualTo(GrpcStatus.OK);
        assertThat(resumed.messages().get(0).getFirstIndex()).isEqualTo(at + 1);
        List<SubscribeResponse> joined = new ArrayList<>(whole.messages().subList(0, at + 1));
        joined.addAll(resumed.messages());
        assertThat(Content.of(joined)).isEqualTo(expected);
      }
    }
  }

  @Test
  void resumingAFinishedStreamSendsNothing() {
    SubscribeRequest.Builder request = Fake.METROPOLIS.request().setCount(COUNT);
    Outcome<SubscribeResponse> whole = client(FAKES).collect(request.build());
    ByteString last = whole.messages().get(whole.messages().size() - 1).getResumeToken();
    Outcome<SubscribeResponse> resumed =
        client(FAKES).collect(request.setResumeToken(last).build());
    assertThat(resumed.status()).isEqualTo(GrpcStatus.OK);
    assertThat(resumed.messages()).isEmpty();
  }
}
