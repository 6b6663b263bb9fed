package org.fieldstream.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.vertx.grpc.common.GrpcStatus;
import java.util.ArrayList;
import java.util.List;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.testing.AutoregressiveChains;
import org.fieldstream.server.testing.Content;
import org.fieldstream.server.testing.StreamClient;
import org.fieldstream.server.testing.StreamClient.Outcome;
import org.fieldstream.server.testing.StreamClient.Running;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.server.testing.UniformDraws;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;
import org.fieldstream.v1.Target;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Configuration i is a function of (model, target, seed, i): not of batching, company or breaks.
 */
final class DeterminismTest {
  private static final int COUNT = 500;

  private TestServer server;
  private StreamClient client;

  @BeforeEach
  void start() {
    server = server();
    client = server.client();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private static TestServer server() {
    return TestServer.start(
        new UniformDraws("gauss-4x4", List.of(4, 4), 0.5, 32),
        new AutoregressiveChains(6, Exactness.METROPOLIS));
  }

  /** What a stream is asked for; each line is a kind of stream. */
  enum Kind {
    METROPOLIS,
    REWEIGHT,
    RAW,
    CHAIN;

    SubscribeRequest.Builder request() {
      SubscribeRequest.Builder request =
          SubscribeRequest.newBuilder().setSeed(-7).setCount(COUNT).addObservables("m");
      if (this == CHAIN) {
        return request
            .setModel("ar")
            .setTarget(Target.newBuilder().setTheory("gauss").addExtents(4).addExtents(4));
      }
      return request
          .setModel("gauss-4x4")
          .setExactness(org.fieldstream.v1.Exactness.valueOf("EXACTNESS_" + name()));
    }
  }

  private static Content content(StreamClient client, SubscribeRequest request) {
    Outcome<SubscribeResponse> outcome = client.collect(request);
    assertThat(outcome.status()).as(outcome.message()).isEqualTo(GrpcStatus.OK);
    return Content.of(outcome.messages());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void batchSizeChangesNothing(Kind kind) {
    Content whole = content(client, kind.request().build());
    assertThat(whole.action()).hasSize(COUNT);
    assertThat(whole.fields().size()).isEqualTo(COUNT * 16 * 4);
    for (int batch : new int[] {1, 7, 64}) {
      assertThat(content(client, kind.request().setBatchSize(batch).build())).isEqualTo(whole);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void companyChangesNothing(Kind kind) {
    Content alone = content(client, kind.request().setBatchSize(7).build());
    try (StreamClient company = server.client()) {
      List<Running> others = new ArrayList<>();
      for (int k = 0; k < 20; k++) {
        others.add(
            company.subscribe(
                Kind.values()[k % 4]
                    .request()
                    .setSeed(k)
                    .setBatchSize(100 + k)
                    .setCount(0)
                    .build()));
      }
      Content beside = content(client, kind.request().setBatchSize(7).build());
      assertThat(others).allSatisfy(other -> assertThat(other.hasEnded()).isFalse());
      assertThat(beside).isEqualTo(alone);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void resumesAtAnyMessageOnANewServer(Kind kind) {
    Outcome<SubscribeResponse> whole = client.collect(kind.request().setBatchSize(1).build());
    Content expected = Content.of(whole.messages());
    try (TestServer other = server();
        StreamClient second = other.client()) {
      for (int at : new int[] {0, 1, 5, 6, 250, COUNT - 2}) {
        SubscribeRequest rest =
            kind.request()
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
    Outcome<SubscribeResponse> whole = client.collect(Kind.METROPOLIS.request().build());
    ByteString last = whole.messages().get(whole.messages().size() - 1).getResumeToken();
    Outcome<SubscribeResponse> resumed =
        client.collect(Kind.METROPOLIS.request().setResumeToken(last).build());
    assertThat(resumed.status()).isEqualTo(GrpcStatus.OK);
    assertThat(resumed.messages()).isEmpty();
  }

  @Test
  void seedsAndLanesAreIndependent() {
    Content one = content(client, Kind.REWEIGHT.request().setSeed(1).build());
    Content two = content(client, Kind.REWEIGHT.request().setSeed(2).build());
    assertThat(one.fields()).isNotEqualTo(two.fields());
  }
}
